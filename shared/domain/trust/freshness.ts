import { z } from "zod";

const DAY_MS = 86_400_000;

/** Offline roles need people, so they are warned about this long before the end, whatever the lifetime. */
export const OFFLINE_WARNING_MS = 14 * DAY_MS;

/** How near its end a signed document is: at half, a quarter and a tenth of its life, and past it. */
export const freshness = z.enum(["fresh", "half", "quarter", "tenth", "expired"]);
export type Freshness = z.infer<typeof freshness>;

/** Which step of its life a document has reached at `now`. All in milliseconds. */
export function freshnessOf(document: { readonly expiresAt: number; readonly lifetimeMs: number }, now: number): Freshness {
  const left = document.expiresAt - now;
  if (left <= 0) return "expired";
  const share = left / document.lifetimeMs;
  if (share <= 0.1) return "tenth";
  if (share <= 0.25) return "quarter";
  return share <= 0.5 ? "half" : "fresh";
}

/** Whether somebody must act: an offline role within {@link OFFLINE_WARNING_MS} of its end, or an online one that was not renewed in time. */
export function needsAttention(
  document: { readonly expiresAt: number; readonly lifetimeMs: number; readonly online: boolean },
  now: number,
): boolean {
  if (!document.online) return document.expiresAt - now <= OFFLINE_WARNING_MS;
  const step = freshnessOf(document, now);
  return step === "quarter" || step === "tenth" || step === "expired";
}
