/** One turn of the write connection. */
type Turn = () => Promise<void>;

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
      (urgent ? this.#urgent : this.#normal).push(() => work().then(resolve, reject));
      void this.#drain();
    });
  }

  /** Turns that wait. */
  get depth(): number {
    return this.#urgent.length + this.#normal.length;
  }

  /** Answers when nothing runs and nothing waits. */
  idle(): Promise<void> {
    return this.#running ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  async #drain(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let turn = this.#next(); turn !== undefined; turn = this.#next()) await turn();
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #next(): Turn | undefined {
    return this.#urgent.shift() ?? this.#normal.shift();
  }
}
