import type { Clock } from "../ports/clock.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { WriteQueue } from "./write-queue.ts";

/** A batch takes no more entries after this long: its commit comes on top, and a pause waits for both. */
const BATCH_MS = 5;

type Entry = {
  readonly run: (raw: RawDatabase) => void;
  readonly settle: (failure: unknown) => void;
};

/**
 * Group commit of short synchronous writes (check-ins, reports): everything that arrives while the queue is busy, or
 * within one turn of the event loop, shares one transaction, as far as {@link BATCH_MS} reach; the rest is the next one.
 * Each entry has its own savepoint, so that one failure undoes itself alone; every answer follows the commit. What fails
 * the transaction itself fails them all, the rest too: nothing is written whose predecessor was not.
 */
export class HotBatch {
  readonly #raw: RawDatabase;
  readonly #queue: WriteQueue;
  readonly #clock: Clock;
  #waiting: Entry[] = [];

  constructor(raw: RawDatabase, queue: WriteQueue, clock: Clock) {
    this.#raw = raw;
    this.#queue = queue;
    this.#clock = clock;
  }

  /** Adds a write to the next batch. */
  add<T>(work: (raw: RawDatabase) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      this.#waiting.push({
        run: (raw) => {
          result = { value: work(raw) };
        },
        settle: (failure) => (result !== undefined && failure === undefined ? resolve(result.value) : reject(failure)),
      });
      if (this.#waiting.length === 1) this.#enqueue();
    });
  }

  #commit(): Promise<void> {
    const failures = new Map<Entry, unknown>();
    try {
      this.#raw.exec("BEGIN IMMEDIATE");
      const taken = this.#runSome(failures);
      this.#raw.exec("COMMIT");
      for (const entry of this.#waiting.splice(0, taken)) entry.settle(failures.get(entry));
    } catch (failure) {
      this.#rollback();
      for (const entry of this.#waiting.splice(0)) entry.settle(failure);
    }
    if (this.#waiting.length > 0) this.#enqueue();
    return Promise.resolve();
  }

  /** Answers how many it ran: one at least, and no more than there is time for. */
  #runSome(failures: Map<Entry, unknown>): number {
    const untilMs = this.#clock.monotonicMs() + BATCH_MS;
    let ran = 0;
    for (const entry of this.#waiting) {
      this.#runOne(entry, failures);
      ran += 1;
      if (this.#clock.monotonicMs() >= untilMs) break;
    }
    return ran;
  }

  /** One turn of the event loop gathers what other sockets have already delivered, and lets a pause be heard. */
  #enqueue(): void {
    this.#queue.enqueueGathering(() => this.#commit());
  }

  #runOne(entry: Entry, failures: Map<Entry, unknown>): void {
    this.#raw.exec("SAVEPOINT entry");
    try {
      entry.run(this.#raw);
    } catch (failure) {
      this.#undoOne(failure);
      failures.set(entry, failure);
    }
    this.#raw.exec("RELEASE entry");
  }

  /** @throws `failure` where SQLite has taken the whole transaction back, as it does when the disk is full. */
  #undoOne(failure: unknown): void {
    try {
      this.#raw.exec("ROLLBACK TO entry");
    } catch {
      throw failure;
    }
  }

  #rollback(): void {
    try {
      this.#raw.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself (a full disk, a lost file); the first failure is the one to report.
    }
  }
}
