import type { Store, WriteUnit } from "../db/store.ts";
import type { Cancel, Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";

/** Does what a due timer of one kind is for. It may schedule the subject again; a failure is retried after `RETRY_MS`. */
export type TimerHandler = (subject: string) => Promise<void>;

/** A handler that failed is called again after this long, so that one bad row cannot spin. */
const RETRY_MS = 5_000;

/** Due rows handled in one go. */
const BATCH = 100;

/**
 * Deadlines that survive the process: rows of `timers`, one per (kind, subject). The clock only wakes the reader; on
 * start everything that came due meanwhile runs at once, in the order of its due time.
 *
 * A row is deleted after its handler succeeded and only if nobody moved it meanwhile, so a crash in between runs it
 * again: handlers are idempotent.
 */
export class Timers {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #logger: Logger;
  readonly #handlers = new Map<string, TimerHandler>();
  #cancelWake: Cancel = () => undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #started = false;

  constructor(store: Store, clock: Clock, ids: Ids, logger: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#ids = ids;
    this.#logger = logger;
  }

  /** Registers the handler of a kind; before `start`. */
  on(kind: string, handler: TimerHandler): void {
    this.#handlers.set(kind, handler);
  }

  /** Sets the one timer of (kind, subject) within a unit of work; an earlier setting is replaced. */
  async schedule(unit: WriteUnit, kind: string, subject: string, dueAt: number): Promise<void> {
    await unit.db
      .insertInto("timers")
      .values({ id: this.#ids.uuid(), kind, subject, dueAt })
      .onConflict((conflict) => conflict.columns(["kind", "subject"]).doUpdateSet({ dueAt, id: this.#ids.uuid() }))
      .execute();
    unit.afterCommit(() => this.#wake());
  }

  /** Takes a timer back. */
  async cancel(unit: WriteUnit, kind: string, subject: string): Promise<void> {
    await unit.db.deleteFrom("timers").where("kind", "=", kind).where("subject", "=", subject).execute();
  }

  start(): void {
    this.#started = true;
    this.#wake();
  }

  /** Stops waking and waits for the handler that runs. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#cancelWake();
    await this.#running;
  }

  #wake(): void {
    if (!this.#started) return;
    if (this.#running !== undefined) {
      this.#again = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) {
        this.#again = false;
        this.#wake();
      }
    });
  }

  async #run(): Promise<void> {
    this.#cancelWake();
    const due = await this.#store.read
      .selectFrom("timers")
      .selectAll()
      .where("dueAt", "<=", this.#clock.now())
      .orderBy("dueAt")
      .limit(BATCH)
      .execute();
    for (const timer of due) await this.#fire(timer);
    if (due.length === BATCH) this.#again = true;
    const next = await this.#store.read.selectFrom("timers").select("dueAt").orderBy("dueAt").limit(1).executeTakeFirst();
    if (next !== undefined && this.#started)
      this.#cancelWake = this.#clock.after(Math.max(0, next.dueAt - this.#clock.now()), () => this.#wake());
  }

  async #fire(timer: { readonly id: string; readonly kind: string; readonly subject: string }): Promise<void> {
    try {
      await this.#handlers.get(timer.kind)?.(timer.subject);
      await this.#store.write((unit) => unit.db.deleteFrom("timers").where("id", "=", timer.id).execute());
    } catch (failure) {
      this.#logger.error({ err: failure, kind: timer.kind, subject: timer.subject }, "a timer's work failed and is tried again");
      await this.#store.write((unit) =>
        unit.db
          .updateTable("timers")
          .set({ dueAt: unit.now + RETRY_MS })
          .where("id", "=", timer.id)
          .execute(),
      );
    }
  }
}
