import { assertNever } from "../../lib/assert-never.ts";

/** Why a host is not offered what it should run. */
export type HoldCode =
  | "cloned"
  | "no-artifact"
  | "not-published"
  | "blocked"
  | "quarantined"
  | "below-minimum"
  | "newer"
  | "paused"
  | "rollout-paused"
  | "rollout-tripped"
  | "failed-recently"
  | "update-lock"
  | "window"
  | "rate"
  | "canary"
  | "concurrency";

/** A refusal: the code for programs, the reason for people, and after how long asking again may help. */
export type Hold = { readonly code: HoldCode; readonly reason: string; readonly retryAfterMs: number };

/** When only a person's act ends a hold, asking is still repeated this often, so that a lost notice heals. */
export const HOLD_RECHECK_MS = 300_000;

/** Makes a hold that ends at `until`, or one that waits for an act when `until` is unknown. Never shorter than a second. */
export function holdUntil(code: HoldCode, reason: string, until: number | undefined, now: number): Hold {
  return { code, reason, retryAfterMs: until === undefined ? HOLD_RECHECK_MS : Math.max(1000, until - now) };
}

/** Makes a hold that waits for somebody's act. */
export function holdFor(code: HoldCode, reason: string): Hold {
  return { code, reason, retryAfterMs: HOLD_RECHECK_MS };
}

/** What ends a hold: time alone, a slot that another host frees, or an act of a person or of the host itself. */
export function holdEndsBy(code: HoldCode): "time" | "slot" | "act" {
  switch (code) {
    case "window":
    case "rate":
    case "failed-recently":
    case "update-lock":
      return "time";
    case "canary":
    case "concurrency":
      return "slot";
    case "cloned":
    case "no-artifact":
    case "not-published":
    case "blocked":
    case "quarantined":
    case "below-minimum":
    case "newer":
    case "paused":
    case "rollout-paused":
    case "rollout-tripped":
      return "act";
    default:
      return assertNever(code);
  }
}
