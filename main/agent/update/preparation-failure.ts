import type { HostFailure } from "#shared/domain/host/reported.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";
import type { PreparationEnd } from "./next-step.ts";

const CAUSES: Partial<Record<ErrorCode, HostFailure["cause"]>> = {
  ENV_DISK_FULL: "disk",
  ARTIFACT_DIGEST_MISMATCH: "verification",
  ARTIFACT_WRONG_PLATFORM: "verification",
  ARTIFACT_ARCHIVE_REFUSED: "verification",
  ARTIFACT_INTERPRETER_MISSING: "verification",
  TRUST_CERTIFICATE_REFUSED: "verification",
  TRUST_SIGNATURE_INVALID: "verification",
  TRUST_METADATA_EXPIRED: "verification",
  TRUST_ROLLBACK: "verification",
  TRUST_MIX_AND_MATCH: "verification",
  TRUST_CLOCK_WRONG: "verification",
  TRUST_NOT_ACCEPTED: "verification",
  TRUST_BELOW_MINIMUM: "verification",
  ENV_DATA_CORRUPT: "disk",
  INPUT_TOO_LARGE: "verification",
  ENV_UNSUPPORTED: "verification",
};

/** These end an attempt at once: asking again gets the same answer. An expired token is renewed by the link. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ENV_DISK_FULL",
  "ARTIFACT_DIGEST_MISMATCH",
  "ARTIFACT_WRONG_PLATFORM",
  "ARTIFACT_ARCHIVE_REFUSED",
  "ARTIFACT_INTERPRETER_MISSING",
  "TRUST_CERTIFICATE_REFUSED",
  "TRUST_SIGNATURE_INVALID",
  "TRUST_METADATA_EXPIRED",
  "TRUST_ROLLBACK",
  "TRUST_MIX_AND_MATCH",
  "TRUST_CLOCK_WRONG",
  "TRUST_NOT_ACCEPTED",
  "TRUST_BELOW_MINIMUM",
  "ENV_DATA_CORRUPT",
  "INPUT_TOO_LARGE",
  "ENV_UNSUPPORTED",
  "NOT_FOUND",
  "ACCESS_DENIED",
]);

/** Whether the same request would get the same answer. */
export function isFinal(thrown: unknown): boolean {
  return FINAL.has(toAppError(thrown).code);
}

/** Ends a piece of preparation with what was thrown; `otherwise` is the cause where the code alone does not tell. */
export function toFailure(thrown: unknown, otherwise: HostFailure["cause"]): PreparationEnd {
  const error = toAppError(thrown);
  return { kind: "failed", failure: { cause: CAUSES[error.code] ?? otherwise, code: error.code, message: error.message.slice(0, 500) } };
}
