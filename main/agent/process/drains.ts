import type { AgentLogger } from "../logger.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";
import type { RunLedger } from "./run-ledger.ts";
import type { BesideRecord } from "./run-record.ts";
import { awaitEnd, signalGroup, type RunningProcess } from "./running-process.ts";

/** What drains need from around them. */
export type DrainPorts = {
  readonly ledger: RunLedger;
  readonly logger: AgentLogger;
  /** Ms of the monotonic clock. */
  readonly nowMs: () => number;
};

type Drain = { readonly process: RunningProcess; readonly ended: Promise<void> };

/**
 * The processes of an application that end beside the one that serves: asked once, given their time, then killed with
 * all that they started. An agent that finds them does not ask again what was asked before, since some programs take a
 * second signal for "at once".
 */
export class Drains {
  readonly #ports: DrainPorts;
  readonly #drains = new Set<Drain>();

  constructor(ports: DrainPorts) {
    this.#ports = ports;
  }

  /** Lets a process end its requests, for `deadlineMs` at most. It is on record as one beside the serving one. */
  begin(process: RunningProcess, deadlineMs: number): void {
    signalGroup(process.identity, process.stopSignal ?? "SIGTERM");
    this.#follow(process, this.#ports.nowMs() + deadlineMs, true);
  }

  /** Takes over what an earlier agent left beside the serving process, once; the pids of those that still run. */
  async resume(beside: readonly BesideRecord[], adopt: (record: BesideRecord) => Promise<RunningProcess>): Promise<readonly number[]> {
    const pids: number[] = [];
    for (const record of beside) {
      if (!(await isAlive(record.process))) {
        await this.#ports.ledger.hasEnded(record.process);
        continue;
      }
      pids.push(record.process.pid);
      if (this.#isFollowed(record.process)) continue;
      if (record.untilMs === undefined) this.begin(await adopt(record), record.stopDeadlineMs);
      else this.#follow(await adopt(record), record.untilMs, false);
    }
    return pids;
  }

  /** Resolves when all of them have ended. */
  async idle(): Promise<void> {
    await Promise.all([...this.#drains].map(({ ended }) => ended));
  }

  /** Gives all of them this long and no longer, and resolves when they are gone. */
  async cutShort(deadlineMs: number): Promise<void> {
    await Promise.all([...this.#drains].map(({ process }) => awaitEnd(process, deadlineMs)));
    await this.idle();
  }

  #isFollowed({ pid, stamp }: ProcessIdentity): boolean {
    return [...this.#drains].some(({ process: { identity } }) => identity.pid === pid && identity.stamp === stamp);
  }

  #follow(process: RunningProcess, untilMs: number, isNew: boolean): void {
    const { ledger, logger, nowMs } = this.#ports;
    const { identity } = process;
    const ended = (async () => {
      if (isNew) await ledger.isEnding(identity, untilMs);
      const exit = await awaitEnd(process, Math.max(0, untilMs - nowMs()));
      await ledger.hasEnded(identity);
      logger.info({ pid: identity.pid, exit }, "The version before has ended.");
    })().catch((thrown: unknown) => {
      logger.error({ err: thrown, pid: identity.pid }, "An end could not be written down; the next agent looks after it.");
    });
    const drain = { process, ended };
    this.#drains.add(drain);
    void ended.then(() => this.#drains.delete(drain));
  }
}
