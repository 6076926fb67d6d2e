/** A run of a job. `again` asks for one more, since there was news meanwhile. */
type Running<Outcome> = { readonly ended: Promise<Outcome>; readonly controller: AbortController; again: boolean };

/** Makes a job go on as far as it goes now, by what its rows say. Never throws. */
export type RunOnce<Outcome> = (signal: AbortSignal) => Promise<Outcome>;

/**
 * Runs durable jobs, each at most once at a time, and remembers of them nothing but that they run: what a job is and how
 * far it came is in its rows, so that stopping, or a kill, costs nothing.
 */
export class JobRuns<Id extends string, Outcome> {
  readonly #running = new Map<Id, Running<Outcome>>();
  #stopping = false;

  /** Whether nothing begins any more. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /**
   * Begins a run. Called while the job runs already, it runs once more afterwards, so that no news is lost.
   *
   * @param isLast whether an outcome leaves nothing to run for, whatever the news.
   */
  wake(id: Id, once: RunOnce<Outcome>, isLast: (outcome: Outcome) => boolean = () => false): Promise<Outcome> {
    const known = this.#running.get(id);
    if (known !== undefined) {
      known.again = true;
      return known.ended;
    }
    const controller = new AbortController();
    const running: Running<Outcome> = { controller, again: false, ended: this.#repeat(id, () => once(controller.signal), isLast) };
    this.#running.set(id, running);
    return running.ended;
  }

  /** Cuts a run short, once its row says that it is not to go on; resolves when nothing of it runs any more. */
  async halt(id: Id): Promise<void> {
    const running = this.#running.get(id);
    running?.controller.abort();
    await running?.ended;
  }

  /** Ends every run where it is; the next start goes on. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const running of this.#running.values()) running.controller.abort();
    await Promise.all([...this.#running.values()].map((running) => running.ended));
  }

  async #repeat(id: Id, once: () => Promise<Outcome>, isLast: (outcome: Outcome) => boolean): Promise<Outcome> {
    // The caller notes the run first, so that what it does is seen as running.
    await Promise.resolve();
    try {
      for (;;) {
        const outcome = await once();
        const running = this.#running.get(id);
        if (running?.again !== true || this.#stopping || isLast(outcome)) return outcome;
        running.again = false;
      }
    } finally {
      this.#running.delete(id);
    }
  }
}
