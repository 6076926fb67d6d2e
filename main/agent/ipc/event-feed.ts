import type { IpcEvent } from "#shared/protocol/application-ipc.ts";

/** An event with its number, as the wire has it. */
export type NumberedEvent = { readonly id: string; readonly event: IpcEvent };

/** Events that a client which was away for a moment can still get. */
const REMEMBERED = 256;

/**
 * The events of one application. Numbers begin anew with each run of the agent, under its boot's name, so that a number of
 * an earlier run is told from one of this.
 */
export class EventFeed {
  readonly #boot: string;
  readonly #listeners = new Set<(event: NumberedEvent) => void>();
  #events: readonly NumberedEvent[] = [];
  #last = 0;

  constructor(boot: string) {
    this.#boot = boot;
  }

  /** The number of the last event. */
  get position(): string {
    return `${this.#boot}.${this.#last}`;
  }

  /** Tells everybody who listens, and remembers it for a while. */
  tell(event: IpcEvent): void {
    this.#last += 1;
    const numbered = { id: this.position, event };
    this.#events = [...this.#events, numbered].slice(-REMEMBERED);
    for (const listener of this.#listeners) listener(numbered);
  }

  /**
   * Hands over what came after `lastId`, then whatever comes. Begins with `reset` when something in between is forgotten.
   * Without `lastId` only what comes.
   *
   * @returns ends it.
   */
  follow(lastId: string | undefined, listener: (event: NumberedEvent) => void): () => void {
    for (const event of this.#missed(lastId)) listener(event);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #missed(lastId: string | undefined): readonly NumberedEvent[] {
    if (lastId === undefined) return [];
    const from = this.#events.findIndex((one) => one.id === lastId);
    if (from >= 0) return this.#events.slice(from + 1);
    if (lastId === `${this.#boot}.0`) return this.#events;
    return [{ id: this.position, event: { type: "reset" } }];
  }
}
