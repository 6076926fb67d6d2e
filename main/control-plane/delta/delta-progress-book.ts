import { withTimeLeft, type DeltaProgress } from "#shared/domain/release/delta-progress.ts";
import type { Store } from "../db/store.ts";
import type { Cancel, Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { DeltaRow } from "./delta-repository.ts";

/** Clients are told at most this often. */
const TELL_MS = 500;

type Key = Pick<DeltaRow, "releaseId" | "artifactSha256" | "fromSha256">;
type Parts = { readonly store: Store; readonly clock: Clock; readonly logger: Logger };

/**
 * How far the delta is that is being made now, in memory: a start makes it anew. Clients hear `delta.progressed` and read
 * the rest.
 */
export class DeltaProgressBook {
  readonly #parts: Parts;
  #now: { readonly key: Key; readonly progress: DeltaProgress; readonly begunMs: number } | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #cancelTelling: Cancel | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Notes how far one is; called as often as its process says something. */
  note(key: Key, progress: DeltaProgress): void {
    const { clock } = this.#parts;
    const begunMs = this.#now?.begunMs ?? clock.monotonicMs();
    this.#now = { key, progress: withTimeLeft(progress, clock.monotonicMs() - begunMs), begunMs };
    if (this.#cancelTelling !== undefined) return;
    this.#cancelTelling = clock.after(Math.max(0, this.#toldAtMs + TELL_MS - clock.monotonicMs()), () => void this.#tell(key.releaseId));
  }

  /** It has ended: what becomes of it is told by its row. */
  clear(): void {
    this.#cancelTelling?.();
    this.#cancelTelling = undefined;
    this.#now = undefined;
  }

  /** How far this one is; undefined while it is not being made. */
  of(key: Key): DeltaProgress | undefined {
    const now = this.#now?.key;
    const isIt = now?.releaseId === key.releaseId && now.artifactSha256 === key.artifactSha256 && now.fromSha256 === key.fromSha256;
    return isIt ? this.#now?.progress : undefined;
  }

  /** Never throws: clients that do not hear of a step hear of the next. */
  async #tell(releaseId: string): Promise<void> {
    const { store, clock, logger } = this.#parts;
    this.#cancelTelling = undefined;
    this.#toldAtMs = clock.monotonicMs();
    try {
      await store.write((unit) => {
        unit.emit({ topic: "delta.progressed", ids: { releaseId } });
        return Promise.resolve();
      });
    } catch (failure) {
      logger.warn({ err: failure, releaseId }, "how far a delta is could not be told");
    }
  }
}
