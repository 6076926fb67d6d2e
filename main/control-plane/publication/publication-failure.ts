import { decideRetry } from "#shared/domain/publication/retry-decision.ts";
import { formatDuration } from "#shared/lib/format.ts";
import type { AppError } from "#shared/errors/app-error.ts";
import { jitter } from "../store/jitter.ts";
import { StoreRepository } from "../store/store-repository.ts";
import type { PublicationParts } from "./publication-parts.ts";
import { emitChange } from "./publication-progress.ts";
import { PublicationRepository } from "./publication-repository.ts";
import type { StoredPublication } from "./publication-rows.ts";
import { keyOf } from "./publication-key.ts";

/** Timers of this kind have a publication as their subject and make it go on. */
export const RETRY_TIMER = "publication";

/**
 * Notes that a run has failed: it is tried again by itself, later and later, or stands as failed until a person resumes
 * it. One that got further than ever before begins to count anew.
 */
export async function noteFailure(parts: PublicationParts, stored: StoredPublication, failure: AppError, hasMoved: boolean): Promise<void> {
  const { publication } = stored;
  const retryAfterMs = failure.details["retryAfterMs"];
  const decision = decideRetry(
    {
      retryable: failure.retryable,
      retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : undefined,
      failures: hasMoved ? 0 : stored.failures,
      random: jitter(parts.ids),
    },
    parts.retry,
  );
  if (failure.code === "INTERNAL")
    parts.logger.error({ err: failure.cause, publicationId: publication.id }, "a publication failed unexpectedly");
  const error = { errorCode: failure.code, errorMessage: failure.message.slice(0, 1000) };
  await parts.store.write(async (unit) => {
    const rows = new PublicationRepository(unit.db);
    const { state } = (await rows.require(publication.id)).publication;
    if (state !== "running" && state !== "waiting") return;
    await rows.restSteps(publication.id);
    const { name: store, settings } = await new StoreRepository(unit.db).require(publication.storeId);
    const work = decision.kind === "retry" ? "publication-retried" : "publication-failed";
    unit.afterCommit(() => parts.tally.add("rollcall_store_errors_total", { store: settings.kind, work }));
    if (decision.kind === "retry") {
      const retryAt = unit.now + decision.delayMs;
      const message = `Tries again in ${formatDuration(decision.delayMs)}.`;
      await rows.update(publication.id, { state: "running", message, ...error, retryAt, failures: decision.failures });
      await parts.timers.schedule(unit, RETRY_TIMER, publication.id, retryAt);
    } else {
      await rows.update(publication.id, { state: "failed", message: failure.message.slice(0, 500), ...error, retryAt: null });
      const details = { storeId: publication.storeId, store, code: failure.code };
      unit.audit({ actor: "system", action: "publication.failed", subject: `release:${publication.releaseId}`, details });
    }
    emitChange(unit, keyOf(publication));
  });
}
