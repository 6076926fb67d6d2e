import { formatDuration } from "../../lib/format.ts";
import type { GrantId, HostId, SubscriptionId, WaveId } from "../../lib/ids.ts";
import { failedUnder, hasSettledOn, type MemberReport } from "./member-report.ts";
import type { MemberState } from "./rollout.ts";

/** The clock of one judgement. */
export type JudgementClock = {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Since when the control plane has run without a stop or a sleep: nothing before it was watched. */
  readonly runningSince: number;
  /** A host that was not heard of for this long is not reporting. */
  readonly freshMs: number;
};

/** The latest grant that this rollout gave a member. */
export type MemberAttempt = {
  readonly grantId: GrantId;
  readonly state: "active" | "completed" | "failed" | "expired" | "revoked";
  readonly issuedAt: number;
  readonly expiresAt: number;
};

/** A member of an opened wave with everything that decides how it stands. */
export type MemberEvidence = {
  readonly waveId: WaveId;
  readonly hostId: HostId;
  readonly subscriptionId: SubscriptionId;
  readonly state: MemberState;
  readonly updatedAt: number;
  /** Why it takes no part any longer: moved, pinned, revoked. */
  readonly departure: string | undefined;
  /** Digest of the rollout's release for this host's platform. */
  readonly digest: string | undefined;
  /** False while the rollout or the subscription is stopped: then waiting is nobody's fault. */
  readonly offering: boolean;
  readonly updateTimeoutMs: number;
  /** When the host last said anything under an identity of its own; undefined for never. */
  readonly heardAt: number | undefined;
  readonly report: MemberReport | undefined;
  readonly quarantined: boolean;
  readonly attempt: MemberAttempt | undefined;
};

/** A member's next state and why. */
export type MemberOutcome = { readonly state: MemberState; readonly reason: string };

/**
 * A version that was well may miss a beat (its agent starts anew, a person restarts it); from this long on it is unwell.
 * Short, since everything that is still to come waits for the verdict.
 */
export const UNWELL_GRACE_MS = 3_000;

/** Clocks of hosts and ours measure the same span this differently at most, in milliseconds. */
const START_SLACK_MS = 2_000;

/** Whether the host was heard of lately, and since the control plane last began to run. */
export function isFresh(at: number | undefined, clock: JudgementClock): boolean {
  return at !== undefined && at >= Math.max(clock.now - clock.freshMs, clock.runningSince);
}

/** From when the silence of a member counts. Time before the control plane ran, or before the row last changed, does not. */
export function silentFrom(member: MemberEvidence, clock: JudgementClock): number {
  return Math.max(member.heardAt ?? 0, member.updatedAt, clock.runningSince);
}

function silence(member: MemberEvidence, clock: JudgementClock, words: string): MemberOutcome | undefined {
  return clock.now - silentFrom(member, clock) >= member.updateTimeoutMs
    ? { state: "failed", reason: `${words} ${formatDuration(member.updateTimeoutMs)}` }
    : undefined;
}

const failedAttempt = ({ attempt, report }: MemberEvidence): boolean =>
  attempt !== undefined && (attempt.state === "failed" || failedUnder(report, attempt.grantId));

const runsRelease = ({ digest, report }: MemberEvidence): boolean => digest !== undefined && report?.digest === digest;

/** It runs the release, is well, and its probation is over. Yesterday's report proves nothing. */
const hasArrived = ({ digest, report }: MemberEvidence, clock: JudgementClock): boolean =>
  hasSettledOn(report, digest) && isFresh(report?.at, clock);

function failureReason({ report, quarantined }: MemberEvidence): string {
  return report?.failure?.message ?? (quarantined ? "the host quarantined the release" : "the update failed");
}

/** From when an unfinished attempt has had its whole time. A stop of the control plane gives it again. */
export function attemptDeadline(attempt: MemberAttempt, member: MemberEvidence, clock: JudgementClock): number {
  return Math.max(attempt.issuedAt, clock.runningSince) + member.updateTimeoutMs;
}

function underLease(member: MemberEvidence, clock: JudgementClock): MemberOutcome | undefined {
  const { attempt } = member;
  if (attempt?.state === "active" && attempt.expiresAt > clock.now) return { state: "updating", reason: "" };
  const ranOut = attempt !== undefined && member.state === "updating" && (attempt.state === "active" || attempt.state === "expired");
  if (!ranOut || clock.now < attemptDeadline(attempt, member, clock)) return undefined;
  return { state: "failed", reason: `did not finish within ${formatDuration(member.updateTimeoutMs)}` };
}

/**
 * From when a member that runs the release already, but is not well, has had its whole time: it got there before its
 * wave, so no grant of this rollout bounds it. Infinity while it is well or runs something else.
 */
export function ailingDeadline(member: MemberEvidence, clock: JudgementClock): number {
  const since = member.report?.unwellSince;
  if (since === undefined || !runsRelease(member)) return Number.POSITIVE_INFINITY;
  return Math.max(since, member.updatedAt, clock.runningSince) + member.updateTimeoutMs;
}

function ailing(member: MemberEvidence, clock: JudgementClock): MemberOutcome | undefined {
  if (clock.now < ailingDeadline(member, clock)) return undefined;
  const why = member.report?.failure?.message ?? "its process or probe fails";
  return { state: "failed", reason: `runs the release, but has not been well for ${formatDuration(member.updateTimeoutMs)}: ${why}` };
}

/** How a member stands that has not finished yet. */
function judgeUnfinished(member: MemberEvidence, clock: JudgementClock): MemberOutcome {
  if (member.departure !== undefined) return { state: "excluded", reason: member.departure };
  if (hasArrived(member, clock)) return { state: "succeeded", reason: "" };
  if (member.quarantined || failedAttempt(member)) return { state: "failed", reason: failureReason(member) };
  const leased = underLease(member, clock);
  if (leased !== undefined) return leased;
  const late = member.offering ? (silence(member, clock, "silent for") ?? ailing(member, clock)) : undefined;
  return late ?? { state: "waiting", reason: "" };
}

/** Its process ended by itself after it had succeeded, however quickly it was started again. */
const hasCrashed = (report: MemberReport, succeededAt: number): boolean =>
  report.restarts > 0 && report.processStartedAt !== undefined && report.processStartedAt > succeededAt + START_SLACK_MS;

const isUnwell = (report: MemberReport, clock: JudgementClock): boolean =>
  report.unwellSince !== undefined && clock.now - Math.max(report.unwellSince, clock.runningSince) >= UNWELL_GRACE_MS;

/** Whether a member that had succeeded has come down again while its wave is watched. */
function judgeSucceeded(member: MemberEvidence, clock: JudgementClock): MemberOutcome | undefined {
  const { report } = member;
  if (member.departure !== undefined) return undefined;
  if (member.quarantined) return { state: "failed", reason: failureReason(member) };
  if (report === undefined || !runsRelease(member))
    return { state: "failed", reason: report?.version === undefined ? "runs nothing any more" : `went back to ${report.version}` };
  if (hasCrashed(report, member.updatedAt))
    return { state: "failed", reason: `crashed after the update: ${report.failure?.message ?? "its process ended by itself"}` };
  if (isUnwell(report, clock))
    return { state: "failed", reason: `unwell after the update: ${report.failure?.message ?? "its process or probe fails"}` };
  return silence(member, clock, "after the update it was silent for");
}

/**
 * How a member of an opened wave stands now, from what its host reports and from silence; undefined when nothing
 * changed. Failed and excluded members stay what they are, since the gate has judged by them.
 */
export function memberOutcome(member: MemberEvidence, clock: JudgementClock): MemberOutcome | undefined {
  if (member.state === "failed" || member.state === "excluded") return undefined;
  if (member.state === "succeeded") return judgeSucceeded(member, clock);
  const outcome = judgeUnfinished(member, clock);
  return outcome.state === member.state ? undefined : outcome;
}
