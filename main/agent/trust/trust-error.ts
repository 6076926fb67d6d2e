import { LengthOrHashMismatchError } from "@tufjs/models/dist/error.js";
import { BadVersionError, ExpiredMetadataError } from "tuf-js/dist/error.js";
import { AppError } from "#shared/errors/app-error.ts";
import type { ErrorCode } from "#shared/errors/codes.ts";

/** A host whose clock differs by more than this from the control plane's does not know what has expired. */
export const MAX_CLOCK_DIFFERENCE_MS = 10 * 60_000;

const MIX = /doesn't match timestamp|does not match snapshot version|Missing .* in snapshot/;
const ROLLBACK = /less than current version|Missing file .* in new snapshot/;

/**
 * Names what the library refused. Where its class does not tell, its text is all there is: a version that is not the one
 * that was promised (mix and match), an older one (rollback). Whatever is unknown counts as forged.
 */
export function toTrustError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : "unknown";
  if (thrown instanceof ExpiredMetadataError) return refused("TRUST_METADATA_EXPIRED", "The signed metadata has expired", reason, thrown);
  if (thrown instanceof LengthOrHashMismatchError || MIX.test(reason)) return mixed(reason, thrown);
  if (thrown instanceof BadVersionError || ROLLBACK.test(reason))
    return refused("TRUST_ROLLBACK", "The control plane showed older metadata than before", reason, thrown);
  return refused("TRUST_SIGNATURE_INVALID", "The signed metadata does not hold", reason, thrown);
}

/** Documents that are each signed, but not together. */
export function mixed(reason: string, cause?: unknown): AppError {
  return refused("TRUST_MIX_AND_MATCH", "The control plane showed signed documents of different moments together", reason, cause);
}

/** A document whose signed successor this host has accepted already. */
export function rolledBack(reason: string): AppError {
  return refused("TRUST_ROLLBACK", "The control plane showed older metadata than before", reason, undefined);
}

function refused(code: ErrorCode, what: string, reason: string, cause: unknown): AppError {
  return new AppError(code, `${what} (${reason.slice(0, 160)}); nothing was installed.`, {
    cause,
    details: { reason: reason.slice(0, 200) },
  });
}

/** What has expired, and what the two clocks say. `serverOffsetMs` is the control plane's time minus the host's, if it is known. */
export type Expiry = {
  readonly role: string;
  readonly expiresAt: number;
  readonly now: number;
  readonly serverOffsetMs: number | undefined;
};

/**
 * Tells a frozen control plane from a wrong clock. The host's own clock decides in either case: nothing is installed. What
 * differs is what people are told to look at.
 */
export function expired({ role, expiresAt, now, serverOffsetMs }: Expiry): AppError {
  const details = { role, expiresAt };
  if (serverOffsetMs !== undefined && Math.abs(serverOffsetMs) > MAX_CLOCK_DIFFERENCE_MS && expiresAt > now + serverOffsetMs) {
    const minutes = Math.round(Math.abs(serverOffsetMs) / 60_000);
    return new AppError(
      "TRUST_CLOCK_WRONG",
      `By this host's clock (${time(now)}) the signed ${role} ended on ${time(expiresAt)}, but the clock is ${minutes} minutes ${serverOffsetMs < 0 ? "ahead of" : "behind"} the control plane's; one of the two is wrong. Nothing was installed.`,
      { details: { ...details, serverOffsetMs } },
    );
  }
  return new AppError(
    "TRUST_METADATA_EXPIRED",
    `The signed ${role} expired on ${time(expiresAt)}; since then the control plane may be holding back newer metadata. Nothing was installed.`,
    { details },
  );
}

const time = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ") + " UTC";
