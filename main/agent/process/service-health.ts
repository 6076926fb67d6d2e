import type { Probe } from "#shared/domain/release/probe.ts";
import type { Observations, ProcessExit } from "../update/probation.ts";
import type { ProbeResult } from "./probe-result.ts";

/** What was seen of one version since it was asked to serve, apart from its crash count, which is durable elsewhere. */
export class ServiceHealth {
  readonly startedAtMs: number;
  readonly probe: Probe | undefined;
  restarts = 0;
  crashesInARow = 0;
  lastExit: ProcessExit | undefined;
  runningSinceMs: number | undefined;
  firstGoodAtMs: number | undefined;
  failedProbesInARow = 0;
  lastProbe: string | undefined;

  constructor(startedAtMs: number, probe: Probe | undefined) {
    this.startedAtMs = startedAtMs;
    this.probe = probe;
  }

  /** Running and, where it has a probe, answering. Failures below the threshold are noise. */
  get isHealthy(): boolean {
    if (this.runningSinceMs === undefined) return false;
    if (this.probe === undefined) return true;
    return this.firstGoodAtMs !== undefined && this.failedProbesInARow < this.probe.failureThreshold;
  }

  /** What probation judges, with the crashes that were counted durably. */
  observe(crashes: number): Observations {
    const { startedAtMs, lastExit, runningSinceMs, firstGoodAtMs, failedProbesInARow, lastProbe } = this;
    return { startedAtMs, crashes, lastExit, runningSinceMs, firstGoodAtMs, failedProbesInARow, lastProbe };
  }

  /** A process runs from now on. */
  began(nowMs: number): void {
    this.runningSinceMs = nowMs;
    this.firstGoodAtMs = undefined;
    this.failedProbesInARow = 0;
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

  /** Takes in one answer; failures before the first good one are a start that takes its time. */
  probed(result: ProbeResult, nowMs: number): void {
    this.lastProbe = result.said;
    if (result.good) {
      this.firstGoodAtMs ??= nowMs;
      this.failedProbesInARow = 0;
    } else if (this.firstGoodAtMs !== undefined) {
      this.failedProbesInARow += 1;
    }
  }
}
