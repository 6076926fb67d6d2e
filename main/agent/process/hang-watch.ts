import { formatDuration } from "#shared/lib/format.ts";

/** How long a process may be silent. Undefined deadlines are not kept. */
export type HangDeadlines = {
  /** From its start until it is ready by its own word; undefined when it need not say so, or when probation judges it. */
  readonly startMs: number | undefined;
  /** From one heartbeat to the next, from the moment on when it is ready. */
  readonly heartbeatMs: number | undefined;
};

/**
 * Waits for what a process owes: its word that it is ready, then its heartbeats. One timer, set anew by each word; none
 * while nothing is owed.
 *
 *     started ─▶ waiting for ready ─ready─▶ waiting for heartbeats ⟲ alive        a deadline passes ─▶ hung
 */
export class HangWatch {
  readonly #deadlines: HangDeadlines;
  readonly #onHang: (message: string) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param onHang told at most once, in words that follow "it". */
  constructor(deadlines: HangDeadlines, onHang: (message: string) => void) {
    this.#deadlines = deadlines;
    this.#onHang = onHang;
    this.#wait(deadlines.startMs, "did not say within", "that it is ready");
  }

  /** The process said that it is ready, or that it lives, which says as much. */
  heard(): void {
    this.#wait(this.#deadlines.heartbeatMs, "hung: there was no heartbeat for", "");
  }

  /** Nothing is owed any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(deadlineMs: number | undefined, before: string, after: string): void {
    clearTimeout(this.#timer);
    if (deadlineMs === undefined) return;
    this.#timer = setTimeout(() => this.#onHang(`${before} ${formatDuration(deadlineMs)} ${after}`.trim()), deadlineMs);
  }
}
