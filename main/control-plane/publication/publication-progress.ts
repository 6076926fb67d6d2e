import type { Store, WriteUnit } from "../db/store.ts";
import type { Cancel, Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { PublicationKey } from "./publication-key.ts";
import { PublicationRepository } from "./publication-repository.ts";

/** Progress is written and told at most this often, however many chunks go by. */
const FLUSH_MS = 500;

/** Says within a unit that a publication has changed. */
export function emitChange(unit: WriteUnit, { publicationId, releaseId, storeId }: PublicationKey): void {
  unit.emit({ topic: "publication.changed", ids: { publicationId, releaseId, storeId } });
}

/** How far the steps of one run are. Kept in memory; written with an event at most twice a second. */
export class PublicationProgress {
  readonly #key: PublicationKey;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #unwritten = new Map<string, number>();
  readonly #furthest: Map<string, number>;
  #lastFlushAt = Number.NEGATIVE_INFINITY;
  #cancelFlush: Cancel | undefined;
  #writing: Promise<void> = Promise.resolve();
  #moved = false;

  /** @param furthest bytes that each step had done before this run. */
  constructor(
    key: PublicationKey,
    parts: { readonly store: Store; readonly clock: Clock; readonly logger: Logger },
    furthest: Map<string, number>,
  ) {
    this.#key = key;
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#furthest = furthest;
  }

  /** Whether this run got further than any before it. */
  get hasMoved(): boolean {
    return this.#moved;
  }

  /** Bytes of a step are done; may be called for every chunk. */
  note(stepId: string, doneBytes: number): void {
    if (doneBytes > (this.#furthest.get(stepId) ?? 0)) {
      this.#furthest.set(stepId, doneBytes);
      this.#moved = true;
    }
    this.#unwritten.set(stepId, doneBytes);
    this.#schedule();
  }

  /** A step began or ended, which its own row says already; tells of it with the next flush. */
  touch(isDone: boolean): void {
    if (isDone) this.#moved = true;
    this.#schedule();
  }

  /** Writes what is left and ends. */
  async end(): Promise<void> {
    this.#cancelFlush?.();
    this.#flush();
    await this.#writing;
  }

  #schedule(): void {
    if (this.#cancelFlush !== undefined) return;
    const waitMs = Math.max(0, this.#lastFlushAt + FLUSH_MS - this.#clock.monotonicMs());
    this.#cancelFlush = this.#clock.after(waitMs, () => this.#flush());
  }

  /** Never throws: progress that could not be written is written with the next. */
  #flush(): void {
    this.#cancelFlush = undefined;
    this.#lastFlushAt = this.#clock.monotonicMs();
    const steps = [...this.#unwritten];
    this.#unwritten.clear();
    this.#writing = this.#store
      .write(async (unit) => {
        const rows = new PublicationRepository(unit.db);
        for (const [stepId, doneBytes] of steps) await rows.noteProgress({ publicationId: this.#key.publicationId, stepId }, doneBytes);
        emitChange(unit, this.#key);
      })
      .catch((thrown: unknown) => this.#logger.warn({ err: thrown, ...this.#key }, "the progress of a publication could not be noted"));
  }
}
