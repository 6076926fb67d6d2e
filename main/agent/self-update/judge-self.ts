import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { formatDuration } from "#shared/lib/format.ts";
import type { Verdict } from "../update/probation.ts";

/** What an agent in its probation knows of itself. Times are of the monotonic clock, in ms. */
export type SelfSeen = {
  /** When all applications were loaded. */
  readonly startedAtMs: number;
  /** Undefined before the control plane was heard. */
  readonly lastHeardMs: number | undefined;
};

/** The launcher went back from a version that did not come up. */
export const GIVEN_UP: HostFailure = {
  cause: "exit",
  message: "The new agent was started three times and did not prove itself; the launcher started the one before.",
};

/** How long nothing is looked at: the word of the control plane comes by itself. */
const LOOK_AGAIN_MS = 500;

/**
 * Judges an agent in its probation, by itself. It is well when it runs, has loaded what it serves, and was heard by its
 * control plane, since one that cannot be reached can never be told to go back.
 */
export function judgeSelf(seen: SelfSeen, limits: Pick<RunSpec, "startDeadlineMs" | "probationMs">, nowMs: number): Verdict {
  const elapsedMs = nowMs - seen.startedAtMs;
  if (seen.lastHeardMs === undefined) {
    const restMs = limits.startDeadlineMs - elapsedMs;
    if (restMs > 0) return { verdict: "pending", againInMs: Math.min(restMs, LOOK_AGAIN_MS) };
    const message = `The new agent did not reach its control plane within ${formatDuration(limits.startDeadlineMs)}.`;
    return { verdict: "failed", failure: { cause: "start-deadline", message } };
  }
  const restMs = limits.probationMs - elapsedMs;
  return restMs > 0 ? { verdict: "pending", againInMs: restMs } : { verdict: "passed" };
}
