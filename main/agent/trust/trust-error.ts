import { BadVersionError, ExpiredMetadataError } from "tuf-js/dist/error.js";
import { AppError } from "#shared/errors/app-error.ts";

/**
 * Names what tuf-js refused. For snapshot and targets it throws a plain error whose text quotes the first one, so the
 * text is all there is to tell an expired or an older document from a forged one; whatever is unknown counts as forged.
 */
export function toTrustError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : "unknown";
  const options = { cause: thrown, details: { reason: reason.slice(0, 200) } };
  if (thrown instanceof ExpiredMetadataError || /\bis expired\b/i.test(reason)) {
    return new AppError(
      "TRUST_METADATA_EXPIRED",
      `The signed metadata has expired (${reason.slice(0, 120)}); nothing was installed.`,
      options,
    );
  }
  if (thrown instanceof BadVersionError || /less than current version|Missing file .* in new snapshot/.test(reason)) {
    return new AppError(
      "TRUST_ROLLBACK",
      `The control plane showed older metadata than before (${reason.slice(0, 120)}); nothing was installed.`,
      options,
    );
  }
  return new AppError(
    "TRUST_SIGNATURE_INVALID",
    `The signed metadata does not hold (${reason.slice(0, 160)}); nothing was installed.`,
    options,
  );
}
