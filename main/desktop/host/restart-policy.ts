import { backoffCeilingMs } from "#main/node/backoff.ts";

/** What to do after the control plane's process ended without being asked to. */
export type RestartDecision =
  | { readonly kind: "restart"; readonly afterMs: number; readonly attempt: number }
  | { readonly kind: "giveUp"; readonly crashes: number };

/** No jitter: this process waits for nobody but itself. */
const BACKOFF = { baseMs: 250, capMs: 15_000 } as const;

/** This many crashes within {@link CRASH_WINDOW_MS} and it is not started again: it would only hide the fault. */
export const MAX_CRASHES = 6;

/** Crashes older than this are forgotten. */
export const CRASH_WINDOW_MS = 5 * 60_000;

/**
 * Decides about a restart. `crashesAtMs` are the times of all crashes so far, the present one last; `nowMs` is the same
 * clock. The delay doubles with each crash inside the window, so that a brief fault heals at once and a lasting one
 * does not burn the machine.
 */
export function decideRestart(crashesAtMs: readonly number[], nowMs: number): RestartDecision {
  const recent = crashesAtMs.filter((at) => nowMs - at < CRASH_WINDOW_MS).length;
  if (recent >= MAX_CRASHES) return { kind: "giveUp", crashes: recent };
  const attempt = Math.max(1, recent);
  return { kind: "restart", afterMs: backoffCeilingMs(BACKOFF, attempt - 1), attempt };
}
