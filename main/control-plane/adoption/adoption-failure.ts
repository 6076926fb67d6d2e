import { decideRetry } from "#shared/domain/publication/retry-decision.ts";
import type { AppError } from "#shared/errors/app-error.ts";
import { ApplicationRepository } from "../release/application-repository.ts";
import { jitter } from "../store/jitter.ts";
import { StoreRepository } from "../store/store-repository.ts";
import type { AdoptionParts } from "./adoption-parts.ts";
import { AdoptionRepository, type AdoptedReleaseKey } from "./adoption-repository.ts";
import { emitAdoption } from "./emit-adoption.ts";

/**
 * Notes that a release could not be adopted: it is tried again by itself, later and later, or stands as failed until a
 * person resumes the adoption. The others go on.
 */
export async function noteAdoptionFailure(parts: AdoptionParts, key: AdoptedReleaseKey, failure: AppError): Promise<void> {
  const { adoptionId, ordinal } = key;
  if (failure.code === "INTERNAL")
    parts.logger.error({ err: failure.cause, ...key }, "a release could not be adopted for an unexpected reason");
  const retryAfterMs = failure.details["retryAfterMs"];
  await parts.store.write(async (unit) => {
    const rows = new AdoptionRepository(unit.db);
    const { adoption, failures } = await rows.require(adoptionId);
    const release = adoption.releases[ordinal];
    if (adoption.state !== "running" || release === undefined) return;
    const decision = decideRetry(
      {
        retryable: failure.retryable,
        retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : undefined,
        failures: failures[ordinal] ?? 0,
        random: jitter(parts.ids),
      },
      parts.retry,
    );
    const { name: store, settings } = await new StoreRepository(unit.db).require(adoption.storeId);
    const error = { errorCode: failure.code, errorMessage: failure.message.slice(0, 1000) };
    const work = decision.kind === "retry" ? "adoption-retried" : "adoption-failed";
    unit.afterCommit(() => parts.tally.add("rollcall_store_errors_total", { store: settings.kind, work }));
    if (decision.kind === "retry") {
      const again = { retryAt: unit.now + decision.delayMs, failures: decision.failures };
      await rows.updateRelease(key, { state: "pending", ...error, ...again });
    } else {
      await rows.updateRelease(key, { state: "failed", ...error, retryAt: null });
      const { reference, version } = release;
      const { name } = await new ApplicationRepository(unit.db).require(adoption.applicationId);
      const details = { adoptionId, name, storeId: adoption.storeId, store, reference, version, code: failure.code };
      unit.audit({ actor: "system", action: "adoption.failed", subject: `application:${adoption.applicationId}`, details });
    }
    emitAdoption(unit, adoption);
  });
}
