import type { Kysely, Transaction } from "kysely";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { LiveEvent } from "#shared/contract/system.ts";
import { GENESIS_HASH } from "#shared/domain/audit/chain.ts";
import { appendAudit, readAuditHead, type AuditDraft, type AuditHead } from "../audit/chain.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, RawDatabase } from "../ports/database.ts";
import { HotBatch } from "./hot-batch.ts";
import type { Schema } from "./schema.ts";
import { WriteQueue } from "./write-queue.ts";

/** A change that clients hear about after the commit. `fleetId` limits it to those who may see the fleet. */
export type EventDraft = {
  readonly topic: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly fleetId?: string;
};

/** An event with the fleet that bounds who hears it. */
export type StoredEvent = { readonly event: LiveEvent; readonly fleetId: string | undefined };

/**
 * One write transaction. Rows, audit entries and live events commit together or not at all. Nothing but the database
 * may be awaited while it is open.
 */
export type WriteUnit = {
  readonly db: Transaction<Schema>;
  /** Wall time at which the unit began; every row of the unit carries the same. */
  readonly now: number;
  emit(event: EventDraft): void;
  audit(entry: AuditDraft): void;
  /** Runs after the commit, never after a failure: for pushing frames and waking jobs. */
  afterCommit(effect: () => void): void;
};

/** The control plane's database: reads from read-only connections, all writes through one serial queue. */
export type Store = {
  readonly read: Kysely<Schema>;
  /** Runs `work` as one transaction. `urgent` overtakes what waits: for pause and rollback only. */
  write<T>(work: (unit: WriteUnit) => Promise<T>, options?: { readonly urgent?: boolean }): Promise<T>;
  /** Runs a short synchronous write in the next group commit (within 10 ms); answers after the commit. */
  hot<T>(work: (raw: RawDatabase) => T): Promise<T>;
  /** Hears committed events in order. */
  onCommitted(listener: (events: readonly StoredEvent[]) => void): () => void;
  /** The sequence of the last committed live event. */
  lastEventSequence(): number;
  database: Database;
  close(): Promise<void>;
};

/** Opens the store over a database whose migrations have run. */
export async function openStore(database: Database, clock: Clock): Promise<Store> {
  const store = new SqlStore(database, clock);
  await store.load();
  return store;
}

class SqlStore implements Store {
  readonly database: Database;
  readonly read: Kysely<Schema>;
  readonly #clock: Clock;
  readonly #queue = new WriteQueue();
  readonly #hot: HotBatch;
  readonly #listeners = new Set<(events: readonly StoredEvent[]) => void>();
  #auditHead: AuditHead = { sequence: 0, hash: GENESIS_HASH };
  #eventSequence = 0;

  constructor(database: Database, clock: Clock) {
    this.database = database;
    this.read = database.read;
    this.#clock = clock;
    this.#hot = new HotBatch(database.raw, this.#queue, clock);
  }

  async load(): Promise<void> {
    this.#auditHead = await readAuditHead(this.read);
    const last = await this.read
      .selectFrom("liveEvents")
      .select((eb) => eb.fn.max("sequence").as("sequence"))
      .executeTakeFirst();
    this.#eventSequence = last?.sequence ?? 0;
  }

  write<T>(work: (unit: WriteUnit) => Promise<T>, options: { readonly urgent?: boolean } = {}): Promise<T> {
    return this.#queue.enqueue(() => this.#transaction(work), options.urgent === true);
  }

  hot<T>(work: (raw: RawDatabase) => T): Promise<T> {
    return this.#hot.add(work);
  }

  onCommitted(listener: (events: readonly StoredEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  lastEventSequence(): number {
    return this.#eventSequence;
  }

  async close(): Promise<void> {
    await this.#queue.idle();
    await this.database.close();
  }

  async #transaction<T>(work: (unit: WriteUnit) => Promise<T>): Promise<T> {
    const now = this.#clock.now();
    const events: EventDraft[] = [];
    const entries: AuditDraft[] = [];
    const effects: (() => void)[] = [];
    const committed = await this.database.writer.transaction().execute(async (db) => {
      const result = await work({
        db,
        now,
        emit: (event) => void events.push(event),
        audit: (entry) => void entries.push(entry),
        afterCommit: (effect) => void effects.push(effect),
      });
      const auditHead = await appendAudit(db, this.#auditHead, now, entries);
      const stored = await this.#appendEvents(db, now, events);
      return { result, auditHead, stored };
    });
    this.#auditHead = committed.auditHead;
    this.#eventSequence += committed.stored.length;
    if (committed.stored.length > 0) for (const listener of this.#listeners) listener(committed.stored);
    for (const effect of effects) effect();
    return committed.result;
  }

  async #appendEvents(db: Transaction<Schema>, now: number, events: readonly EventDraft[]): Promise<readonly StoredEvent[]> {
    if (events.length === 0) return [];
    const stored = events.map((draft, index) => ({
      event: {
        sequence: this.#eventSequence + index + 1,
        at: now,
        topic: draft.topic,
        ids: { ...draft.ids },
      },
      fleetId: draft.fleetId,
    }));
    await db
      .insertInto("liveEvents")
      .values(
        stored.map(({ event, fleetId }) => ({
          sequence: event.sequence,
          at: event.at,
          topic: event.topic,
          ids: JSON.stringify(event.ids),
          fleetId: fleetId ?? null,
        })),
      )
      .execute();
    return stored;
  }
}

/** Facts of an audit entry or event as JSON that the chain can hash. */
export type Details = { readonly [key: string]: Json | undefined };
