import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";

/**
 * Work that talks to others and must hold neither timers nor answers up. Each piece has an id under which it runs at
 * most once, and an end; what it does is durable elsewhere, since stopping cuts it short.
 */
export class BackgroundWork {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #running = new Map<string, { readonly controller: AbortController; readonly ended: Promise<void> }>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Begins a piece of work, unless it runs already; `limitMs` after its begin it is asked to end. */
  begin(id: string, limitMs: number, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#running.has(id)) return;
    const controller = new AbortController();
    const cancel = this.#clock.after(limitMs, () => controller.abort());
    const ended = work(controller.signal)
      .catch((thrown: unknown) => {
        if (!controller.signal.aborted)
          this.#logger.error({ err: thrown, work: id }, "background work failed; it is tried again at the next start");
      })
      .finally(() => {
        cancel();
        this.#running.delete(id);
      });
    this.#running.set(id, { controller, ended });
  }

  /** Cuts everything short; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    for (const { controller } of this.#running.values()) controller.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }
}
