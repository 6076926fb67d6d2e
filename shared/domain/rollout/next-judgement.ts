import type { RolloutEvidence } from "./advance.ts";
import { isActive } from "./rollout-machine.ts";
import {
  ailingDeadline,
  attemptDeadline,
  silentFrom,
  UNWELL_GRACE_MS,
  type JudgementClock,
  type MemberEvidence,
} from "./member-outcome.ts";

function unwellAt({ report }: MemberEvidence, clock: JudgementClock): number {
  return report?.unwellSince === undefined ? Number.POSITIVE_INFINITY : Math.max(report.unwellSince, clock.runningSince) + UNWELL_GRACE_MS;
}

/** When this member changes by time alone, if nobody reports anything. */
function memberDueAt(member: MemberEvidence, clock: JudgementClock): number | undefined {
  const { attempt } = member;
  if (member.state === "succeeded") return Math.min(silentFrom(member, clock) + member.updateTimeoutMs, unwellAt(member, clock));
  if (member.state === "updating" && attempt !== undefined)
    return attempt.expiresAt > clock.now ? attempt.expiresAt : attemptDeadline(attempt, member, clock);
  if (member.state !== "waiting" || !member.offering) return undefined;
  return Math.min(silentFrom(member, clock) + member.updateTimeoutMs, ailingDeadline(member, clock));
}

/**
 * The next moment at which a rollout has to be judged although nothing was reported: a lease or a silence ends, or a
 * baking wave needs to notice that a host stopped reporting. Undefined when only reports and people can move it.
 */
export function nextJudgementAt(evidence: RolloutEvidence, clock: JudgementClock): number | undefined {
  if (!isActive(evidence.rollout.state)) return undefined;
  const due = evidence.members.map((member) => memberDueAt(member, clock)).filter((at) => at !== undefined);
  const baking = evidence.rollout.state === "running" && evidence.waves.some((wave) => wave.state === "baking");
  if (baking) due.push(clock.now + clock.freshMs);
  return due.length === 0 ? undefined : Math.max(clock.now, Math.min(...due));
}
