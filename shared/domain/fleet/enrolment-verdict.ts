import type { EnrolmentToken } from "./fleet.ts";

/** How far a host's clock may be from the control plane's when it enrols, in milliseconds. Beyond it, trust metadata would be misjudged. */
export const ENROL_CLOCK_TOLERANCE_MS = 3_600_000;

/** Whether a token admits one more host, and if not, why. */
export type EnrolmentVerdict = "admitted" | "revoked" | "expired" | "used-up";

/** What of a token counts for admission. */
export type TokenCondition = Pick<EnrolmentToken, "expiresAt" | "maxUses" | "uses"> & { readonly revokedAt?: number | undefined };

/**
 * Holds a token against the clock and its use limit. A revocation is named before anything else, since a person did it;
 * a token ends at the very moment of `expiresAt`.
 */
export function judgeToken(token: TokenCondition, now: number): EnrolmentVerdict {
  if (token.revokedAt !== undefined) return "revoked";
  if (now >= token.expiresAt) return "expired";
  return token.uses >= token.maxUses ? "used-up" : "admitted";
}

/** How far the host's clock is off, in milliseconds and positive when it is ahead, or undefined when it is near enough. */
export function clockOffset(hostTime: number, now: number): number | undefined {
  const offsetMs = hostTime - now;
  return Math.abs(offsetMs) > ENROL_CLOCK_TOLERANCE_MS ? offsetMs : undefined;
}
