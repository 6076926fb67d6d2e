import type { AdoptedRelease } from "./adoption.ts";

/** What an adoption does next: adopt the release at this place, wait until then, or nothing more. */
export type NextRelease =
  | { readonly kind: "adopt"; readonly ordinal: number }
  | { readonly kind: "wait"; readonly until: number }
  | { readonly kind: "ended"; readonly state: "completed" | "failed" };

type Standing = Pick<AdoptedRelease, "state" | "retryAt">;

/**
 * The release that comes next: one that a kill cut first, since it stands as running and nothing runs it, then in their
 * order. Those that wait for their next try hold nobody up. One that failed for good ends the adoption only after all others.
 */
export function nextRelease(releases: readonly Standing[], now: number): NextRelease {
  const cut = releases.findIndex((one) => one.state === "running");
  const due = releases.findIndex((one) => one.state === "pending" && (one.retryAt ?? 0) <= now);
  const ordinal = cut === -1 ? due : cut;
  if (ordinal !== -1) return { kind: "adopt", ordinal };
  const waits = releases.flatMap((one) => (one.state === "pending" && one.retryAt !== undefined ? [one.retryAt] : []));
  if (waits.length > 0) return { kind: "wait", until: Math.min(...waits) };
  return { kind: "ended", state: releases.some((one) => one.state === "failed") ? "failed" : "completed" };
}
