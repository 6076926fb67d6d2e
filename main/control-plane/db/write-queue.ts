/** One turn of the write connection. What is not ready keeps its place, and those behind it wait with it. */
type Turn = { readonly run: () => Promise<void>; isReady: boolean };

/**
 * Serves the write connection to one turn at a time. Urgent turns (pause, rollback) go before everything that waits,
 * in their own order; a running turn is never interrupted.
 *
 * Invariants: at most one turn runs; a turn's failure is its caller's and never stops the queue; a turn must not wait
 * for another turn of the same queue (it would wait for ever).
 */
export class WriteQueue {
  readonly #urgent: Turn[] = [];
  readonly #normal: Turn[] = [];
  #running = false;
  #idle: (() => void)[] = [];

  /** Runs `work` in its turn and answers with its result. */
  enqueue<T>(work: () => Promise<T>, urgent: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      (urgent ? this.#urgent : this.#normal).push({ run: () => work().then(resolve, reject), isReady: true });
      void this.#drain();
    });
  }

  /**
   * Keeps a place for `work`, which runs after one turn of the event loop at the earliest. Urgent turns need not wait for
   * that: under load such a turn takes longer than all that a pause has to do.
   *
   * @param work never rejects.
   */
  enqueueGathering(work: () => Promise<void>): void {
    const turn: Turn = { run: work, isReady: false };
    this.#normal.push(turn);
    setImmediate(() => {
      turn.isReady = true;
      void this.#drain();
    });
  }

  /** Turns that wait. */
  get depth(): number {
    return this.#urgent.length + this.#normal.length;
  }

  /** Answers when nothing runs and nothing waits. */
  idle(): Promise<void> {
    return this.#running || this.depth > 0 ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  async #drain(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let turn = this.#next(); turn !== undefined; turn = this.#next()) await turn.run();
    this.#running = false;
    if (this.depth === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #next(): Turn | undefined {
    return this.#urgent.shift() ?? (this.#normal[0]?.isReady === true ? this.#normal.shift() : undefined);
  }
}
