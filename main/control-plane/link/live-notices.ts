import type { EventDraft, Store } from "../db/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";

/** Changes wait at most this long, so that a thousand reconnects are a few writes. */
const GATHER_MS = 100;

/** Events of one write; SQLite bounds the values of one statement. */
const BATCH = 500;

/** More hosts of one fleet that come or go at once are told as one event without a host: look at all of them again. */
const TOLD_APART = 50;

/** Gathers live events of the hot path, where one write per change would cost more than the change. */
export class LiveNotices {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #waiting: EventDraft[] = [];

  constructor(store: Store, clock: Clock, logger: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
  }

  add(event: EventDraft): void {
    this.#waiting.push(event);
    if (this.#waiting.length === 1) this.#clock.after(GATHER_MS, () => void this.flush());
  }

  /** Writes what waits. A failure costs clients a refresh, nothing else, so it is only logged. */
  async flush(): Promise<void> {
    try {
      const told = gatherHosts(this.#waiting.splice(0));
      while (told.length > 0) {
        const batch = told.splice(0, BATCH);
        await this.#store.write((unit) => {
          for (const event of batch) unit.emit(event);
          return Promise.resolve();
        });
      }
    } catch (failure) {
      this.#logger.error({ err: failure }, "live events of the agent link were not written");
    }
  }
}

/** Tells a crowd of hosts once, where its first one stood; everything else, and the order, stays. */
function gatherHosts(events: readonly EventDraft[]): EventDraft[] {
  const nameOf = (event: EventDraft): string => `${event.topic} ${event.fleetId ?? ""}`;
  const counts = new Map<string, number>();
  for (const event of events) counts.set(nameOf(event), (counts.get(nameOf(event)) ?? 0) + 1);
  const told = new Set<string>();
  return events.flatMap((event) => {
    const name = nameOf(event);
    if (!event.topic.startsWith("host.") || (counts.get(name) ?? 0) <= TOLD_APART) return [event];
    if (told.has(name)) return [];
    told.add(name);
    return [{ ...event, ids: {} }];
  });
}
