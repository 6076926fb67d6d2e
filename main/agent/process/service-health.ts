import type { Probe } from "#shared/domain/release/probe.ts";
import type { Observations, ProcessExit } from "../update/probation.ts";
import type { ProbeResult } from "./probe-result.ts";

/** What was seen of one version since it was asked to serve, apart from its crash count, which is durable elsewhere. */
export class ServiceHealth {
  readonly startedAtMs: number;
  readonly probe: Probe | undefined;
  /** Whether it has to say itself that it is ready. */
  readonly #owesWord: boolean;
  restarts = 0;
  crashesInARow = 0;
  lastExit: ProcessExit | undefined;
  runningSinceMs: number | undefined;
  firstGoodAtMs: number | undefined;
  failedProbesInARow = 0;
  lastProbe: string | undefined;
  readyAtMs: number | undefined;
  isFinished = false;
  /** Why it is not well, by its own word. */
  unwell: string | undefined;

  constructor(startedAtMs: number, probe: Probe | undefined, owesWord = false) {
    this.startedAtMs = startedAtMs;
    this.probe = probe;
    this.#owesWord = owesWord;
  }

  /** Ended in order; or running, ready and, where it has a probe, answering. Failures below the threshold are noise. */
  get isHealthy(): boolean {
    if (this.isFinished) return true;
    if (this.runningSinceMs === undefined || (this.#owesWord && this.readyAtMs === undefined)) return false;
    if (this.unwell !== undefined) return false;
    if (this.probe === undefined) return true;
    return this.firstGoodAtMs !== undefined && !this.isFailing;
  }

  /** Its probe failed as often in a row as counts. */
  get isFailing(): boolean {
    return this.probe !== undefined && this.failedProbesInARow >= this.probe.failureThreshold;
  }

  /** What probation judges, with the crashes that were counted durably. */
  observe(crashes: number): Observations {
    const { startedAtMs, lastExit, runningSinceMs, firstGoodAtMs, failedProbesInARow, lastProbe, readyAtMs, isFinished, unwell } = this;
    return { startedAtMs, crashes, lastExit, runningSinceMs, firstGoodAtMs, failedProbesInARow, lastProbe, readyAtMs, isFinished, unwell };
  }

  /** A process runs from now on. */
  began(nowMs: number): void {
    this.runningSinceMs = nowMs;
    this.firstGoodAtMs = undefined;
    this.failedProbesInARow = 0;
    this.readyAtMs = undefined;
    this.isFinished = false;
    this.unwell = undefined;
  }

  /** The process said that it is ready. */
  ready(nowMs: number): void {
    this.readyAtMs ??= nowMs;
  }

  /** The process ended as its restart policy lets it. */
  finished(exit: ProcessExit): void {
    this.lastExit = exit;
    this.runningSinceMs = undefined;
    this.isFinished = true;
  }

  /** The process ended although nobody stopped it. */
  crashed(exit: ProcessExit, nowMs: number, stableAfterMs: number): void {
    const wasStable = this.runningSinceMs !== undefined && nowMs - this.runningSinceMs >= stableAfterMs;
    this.crashesInARow = wasStable ? 1 : this.crashesInARow + 1;
    this.restarts += 1;
    this.lastExit = exit;
    this.runningSinceMs = undefined;
    this.firstGoodAtMs = undefined;
  }

  /** Takes in one answer; failures before the first good one, or before its word, are a start that takes its time. */
  probed(result: ProbeResult, nowMs: number): void {
    this.lastProbe = result.said;
    if (result.good) {
      this.firstGoodAtMs ??= nowMs;
      this.failedProbesInARow = 0;
    } else if (this.firstGoodAtMs !== undefined || this.readyAtMs !== undefined) {
      this.failedProbesInARow += 1;
    }
  }
}
