import type { ReportedApplication } from "#shared/domain/host/reported.ts";
import type { AgentLogger } from "../logger.ts";
import type { Outbox } from "./outbox.ts";

/** Where observations come from and go to. */
export type StateReporterPorts = {
  readonly outbox: Outbox;
  readonly logger: AgentLogger;
  readonly describe: () => ReportedApplication[];
  readonly now: () => number;
  /** Runs with every observation: housekeeping that wants no timer of its own. */
  readonly onObservation: () => Promise<void>;
};

/** Changes that come close together are told together. */
const SOON_MS = 300;

/**
 * Tells regularly, and soon after a change, how things are. The control plane says how often; while it was not heard
 * yet, rarely. One timer for everything, so that an idle agent wakes no more often than it reports.
 */
export class StateReporter {
  readonly #ports: StateReporterPorts;
  #intervalMs = 30_000;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(ports: StateReporterPorts) {
    this.#ports = ports;
  }

  /** Begins, or goes on at another pace, with an observation now. */
  start(intervalMs: number): void {
    this.#intervalMs = intervalMs;
    clearTimeout(this.#timer);
    void this.#observe();
  }

  /** Something has changed that should be told before the interval is over. */
  soon(): void {
    if (this.#soon !== undefined || this.#isStopped) return;
    this.#soon = setTimeout(() => {
      clearTimeout(this.#timer);
      void this.#observe();
    }, SOON_MS);
  }

  /** Tells nothing more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
  }

  async #observe(): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const { outbox, describe, now, onObservation, logger } = this.#ports;
    try {
      await outbox.offerState({ kind: "state", at: now(), applications: describe() });
      await onObservation();
    } catch (thrown) {
      logger.error({ err: thrown }, "An observation could not be reported.");
    }
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#observe(), this.#intervalMs);
  }
}
