import type { LiveEvent } from "#shared/contract/system.ts";
import { isInScope, type FleetScope } from "#shared/domain/access/permission.ts";
import type { Store, StoredEvent } from "../db/store.ts";

/** Rows kept for clients that come back; older gaps are answered with `live.restarted`. */
export const KEPT_EVENTS = 50_000;

/** Events that one slow client may have waiting before it is told to read everything again. */
const QUEUE_LIMIT = 5_000;

/**
 * Follows committed events in order. Starts behind `after`; without it, at now. When rows behind `after` are gone, or
 * the client is too slow, the first event is `live.restarted`: read everything again.
 */
export async function* followEvents(
  store: Store,
  scope: FleetScope,
  after: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<LiveEvent> {
  const queue = new EventQueue(signal);
  const stop = store.onCommitted((events) => queue.push(events));
  try {
    let last = after ?? store.lastEventSequence();
    const caughtUp = store.lastEventSequence();
    if (last > caughtUp || (await isGone(store, last))) {
      yield restarted(caughtUp);
      last = caughtUp;
    }
    for (const stored of await readBetween(store, last, caughtUp)) {
      if (isVisible(scope, stored)) yield stored.event;
      last = stored.event.sequence;
    }
    for await (const stored of queue) {
      if (stored === "overflow") {
        last = store.lastEventSequence();
        yield restarted(last);
      } else if (stored.event.sequence > last) {
        last = stored.event.sequence;
        if (isVisible(scope, stored)) yield stored.event;
      }
    }
  } finally {
    stop();
    queue.end();
  }
}

function isVisible(scope: FleetScope, stored: StoredEvent): boolean {
  return stored.fleetId === undefined || isInScope(scope, stored.fleetId);
}

function restarted(sequence: number): LiveEvent {
  return { sequence, at: 0, topic: "live.restarted", ids: {} };
}

async function isGone(store: Store, after: number): Promise<boolean> {
  if (after === store.lastEventSequence()) return false;
  const row = await store.read
    .selectFrom("liveEvents")
    .select("sequence")
    .where("sequence", "=", after + 1)
    .executeTakeFirst();
  return row === undefined;
}

async function readBetween(store: Store, after: number, upTo: number): Promise<readonly StoredEvent[]> {
  if (after >= upTo) return [];
  const rows = await store.read
    .selectFrom("liveEvents")
    .selectAll()
    .where("sequence", ">", after)
    .where("sequence", "<=", upTo)
    .orderBy("sequence")
    .execute();
  return rows.map((row) => ({
    // Why the cast: the store wrote this text from a record of strings.
    event: { sequence: row.sequence, at: row.at, topic: row.topic, ids: JSON.parse(row.ids) as Record<string, string> },
    fleetId: row.fleetId ?? undefined,
  }));
}

/** A bounded hand-over from commits to one follower. */
class EventQueue implements AsyncIterable<StoredEvent | "overflow"> {
  #waiting: (StoredEvent | "overflow")[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(signal: AbortSignal | undefined) {
    signal?.addEventListener("abort", () => this.end(), { once: true });
    if (signal?.aborted === true) this.#ended = true;
  }

  push(events: readonly StoredEvent[]): void {
    if (this.#waiting.length + events.length > QUEUE_LIMIT) this.#waiting = ["overflow"];
    else this.#waiting.push(...events);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StoredEvent | "overflow"> {
    while (!this.#ended) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }
}

/** Forgets events that nobody can resume from any more. */
export async function pruneEvents(store: Store): Promise<void> {
  const keepFrom = store.lastEventSequence() - KEPT_EVENTS;
  if (keepFrom <= 0) return;
  await store.write((unit) => unit.db.deleteFrom("liveEvents").where("sequence", "<=", keepFrom).execute());
}
