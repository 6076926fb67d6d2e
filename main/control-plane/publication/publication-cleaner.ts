import { decideRetry } from "#shared/domain/publication/retry-decision.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { publicationId as publicationIdSchema, type PublicationId } from "#shared/lib/ids.ts";
import { DeltaRepository } from "../delta/delta-repository.ts";
import { readContent } from "../release/publication-contents.ts";
import { ReleaseRepository } from "../release/release-repository.ts";
import { jitter } from "../store/jitter.ts";
import type { PublicationEngine } from "./publication-engine.ts";
import { keyOf } from "./publication-key.ts";
import type { PublicationParts } from "./publication-parts.ts";
import { emitChange } from "./publication-progress.ts";
import { PublicationRepository } from "./publication-repository.ts";
import type { StoredPublication } from "./publication-rows.ts";

const TIMER = "publication-cleaning";

/** A store that does not answer is asked to forget a few times, then people are told what may have been left. */
const CLEANING_RETRY = { baseMs: 2000, capMs: 300_000, maxFailures: 6 } as const;

/** How long one try may take. */
export const CLEANING_TIMEOUT_MS = 120_000;

/**
 * Removes what cancelled publications left in their stores, and makes a draft of a release that no store is given any
 * more. Until then the draft stays locked, so that what was noted still says what is to be removed.
 */
export class PublicationCleaner {
  readonly #parts: PublicationParts;
  readonly #engine: PublicationEngine;

  constructor(parts: PublicationParts, engine: PublicationEngine) {
    this.#parts = parts;
    this.#engine = engine;
    parts.timers.on(TIMER, (id) => {
      parts.background.begin(`${TIMER}:${id}`, CLEANING_TIMEOUT_MS, (signal) => this.clean(publicationIdSchema.parse(id), signal));
      return Promise.resolve();
    });
  }

  /** Goes on with what a kill interrupted. */
  async recover(): Promise<void> {
    const ids = await new PublicationRepository(this.#parts.store.read).toClean();
    await this.#parts.store.write(async (unit) => {
      for (const id of ids) await this.#parts.timers.schedule(unit, TIMER, id, unit.now);
    });
  }

  /** Cleans up after a cancelled publication. A store that cannot be reached is asked again by itself; nothing is thrown for it. */
  async clean(id: PublicationId, signal: AbortSignal): Promise<void> {
    const stored = await new PublicationRepository(this.#parts.store.read).require(id);
    if (stored.publication.state !== "cancelled") return;
    try {
      await this.abandon(stored, signal);
      await this.#end(stored, "");
    } catch (thrown) {
      await this.#noteFailure(stored, thrown);
    }
  }

  /** Removes what a publication left in its store. @throws AppError what the store says. */
  async abandon({ publication, notes }: StoredPublication, signal: AbortSignal): Promise<void> {
    const { content } = await readContent(this.#parts.store, this.#parts.blobs, publication.releaseId);
    const releaseStore = await this.#parts.stores.open(publication.storeId);
    await releaseStore.abandon({ ...content, signature: undefined }, notes, signal);
  }

  async #end(stored: StoredPublication, message: string): Promise<void> {
    const { id, releaseId } = stored.publication;
    const live = await new PublicationRepository(this.#parts.store.read).ofRelease(releaseId);
    const { release } = await new ReleaseRepository(this.#parts.store.read).require(releaseId);
    const isDraftAgain = live.length === 0 && release.state === "draft";
    if (isDraftAgain) await this.#parts.trust.abandonPublish(releaseId);
    await this.#parts.store.write(async (unit) => {
      const ended = { errorCode: null, errorMessage: null, signingRequestId: null };
      await new PublicationRepository(unit.db).update(id, { cleaning: 0, message, ...ended });
      emitChange(unit, keyOf(stored.publication));
      if (isDraftAgain) {
        await new DeltaRepository(unit.db).abandon(releaseId);
        unit.afterCommit(() => void this.#parts.haltDeltas(releaseId));
        await new ReleaseRepository(unit.db).update(releaseId, { publishedAt: null, manifestSha256: null, publishedName: null });
      }
      unit.emit({ topic: "release.changed", ids: { releaseId, applicationId: release.applicationId } });
    });
    if (!isDraftAgain) await this.#engine.wakeRelease(releaseId);
  }

  async #noteFailure(stored: StoredPublication, thrown: unknown): Promise<void> {
    const failure = toAppError(thrown);
    const { id } = stored.publication;
    const decision = decideRetry(
      { retryable: failure.retryable, retryAfterMs: undefined, failures: stored.failures, random: jitter(this.#parts.ids) },
      CLEANING_RETRY,
    );
    this.#parts.logger.warn({ code: failure.code, publicationId: id }, "what a cancelled publication left could not be removed");
    if (decision.kind === "fail")
      return this.#end(stored, `What it left in the store could not be removed: ${failure.message}`.slice(0, 500));
    await this.#parts.store.write(async (unit) => {
      const message = `What it left in the store is still to be removed: ${failure.message}`.slice(0, 500);
      await new PublicationRepository(unit.db).update(id, { failures: decision.failures, message });
      await this.#parts.timers.schedule(unit, TIMER, id, unit.now + decision.delayMs);
      emitChange(unit, keyOf(stored.publication));
    });
  }
}
