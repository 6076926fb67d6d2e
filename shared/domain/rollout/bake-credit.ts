import { isFresh, type JudgementClock, type MemberEvidence } from "./member-outcome.ts";
import type { Wave } from "./rollout.ts";

/** Bake time after one judgement. */
export type BakeCredit = { readonly bakedMs: number; readonly bakeJudgedAt: number };

const watched = (members: readonly MemberEvidence[]): readonly MemberEvidence[] =>
  members.filter((member) => member.state === "succeeded" && member.departure === undefined);

/** Succeeded members of a wave that are not reporting now, or that report no good. */
export function countSilent(members: readonly MemberEvidence[], clock: JudgementClock): number {
  return watched(members).filter((member) => member.report?.healthy !== true || !isFresh(member.report.at, clock)).length;
}

/**
 * Credits bake time. Only the span counts in which the control plane ran and every succeeded host of the
 * wave reported: it ends at the oldest of their last reports, not at `now`. A silent host stops it, and what passed
 * meanwhile is never made up for. One judgement credits at most `freshMs`, since nobody vouches for longer.
 */
export function creditBake(wave: Wave, members: readonly MemberEvidence[], clock: JudgementClock): BakeCredit {
  const judgedAt = wave.bakeJudgedAt ?? clock.now;
  if (countSilent(members, clock) > 0) return { bakedMs: wave.bakedMs, bakeJudgedAt: Math.max(judgedAt, clock.now) };
  const until = Math.min(clock.now, ...watched(members).map((member) => member.report?.at ?? clock.now));
  const gained = Math.min(until - Math.max(judgedAt, clock.runningSince), clock.freshMs);
  return { bakedMs: wave.bakedMs + Math.max(0, gained), bakeJudgedAt: Math.max(judgedAt, until) };
}
