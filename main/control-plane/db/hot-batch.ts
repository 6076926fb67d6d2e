import type { RawDatabase } from "../ports/database.ts";
import type { WriteQueue } from "./write-queue.ts";

type Entry = {
  readonly run: (raw: RawDatabase) => void;
  readonly settle: (failure: unknown) => void;
};

/**
 * Group commit of short synchronous writes (check-ins, reports): everything that arrives while the queue is busy, or
 * within one turn of the event loop, shares one transaction. Each entry has its own savepoint, so that one failure
 * undoes itself alone; every answer follows the commit. What fails the transaction itself fails them all.
 */
export class HotBatch {
  readonly #raw: RawDatabase;
  readonly #queue: WriteQueue;
  #waiting: Entry[] = [];

  constructor(raw: RawDatabase, queue: WriteQueue) {
    this.#raw = raw;
    this.#queue = queue;
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
      if (this.#waiting.length === 1) void this.#queue.enqueue(() => this.#commit(), false);
    });
  }

  async #commit(): Promise<void> {
    // One turn of the event loop gathers what other sockets have already delivered.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const batch = this.#waiting;
    this.#waiting = [];
    const failures = new Map<Entry, unknown>();
    try {
      this.#raw.exec("BEGIN IMMEDIATE");
      for (const entry of batch) this.#runOne(entry, failures);
      this.#raw.exec("COMMIT");
    } catch (failure) {
      this.#rollback();
      for (const entry of batch) entry.settle(failure);
      return;
    }
    for (const entry of batch) entry.settle(failures.get(entry));
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
