import { formatDuration } from "#shared/lib/format.ts";
import type { Verdict } from "./probation.ts";

/** What is known of the control plane since a switch. Times are of the monotonic clock, in ms. */
export type Contact = {
  /** There was a link when the switch began. */
  readonly wasReached: boolean;
  readonly startedAtMs: number;
  /** When the control plane was heard last, before the switch or after it. */
  readonly lastHeardMs: number | undefined;
};

/** So often within the limit the control plane is asked for a sign of life. */
const SIGNS_PER_LIMIT = 3;

/**
 * Lays a dead-man timer over what probation says: a version that cuts its own host off is reverted by the host itself,
 * since nobody else can. A control plane that was away before the switch, or that is away while no limit is set, proves
 * nothing about the version.
 *
 * @param limitMs the run spec's `revertWhenCutOffMs`.
 */
export function withDeadMan(verdict: Verdict, limitMs: number | undefined, contact: Contact, nowMs: number): Verdict {
  if (limitMs === undefined || !contact.wasReached || verdict.verdict === "failed") return verdict;
  const { startedAtMs, lastHeardMs = startedAtMs } = contact;
  const silentMs = nowMs - Math.max(startedAtMs, lastHeardMs);
  if (silentMs >= limitMs) {
    const message = `The control plane was reached before the switch and has not been reached for ${formatDuration(silentMs)} since.`;
    return { verdict: "failed", failure: { cause: "probe", code: "CUT_OFF", message } };
  }
  const isHeardSince = lastHeardMs > startedAtMs;
  if (verdict.verdict === "passed" && isHeardSince) return verdict;
  const againInMs = Math.min(limitMs - silentMs, Math.ceil(limitMs / SIGNS_PER_LIMIT));
  return { verdict: "pending", againInMs: verdict.verdict === "pending" ? Math.min(verdict.againInMs, againInMs) : againInMs };
}
