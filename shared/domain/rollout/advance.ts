import type { HostId, SubscriptionId, WaveId } from "../../lib/ids.ts";
import { countSilent, creditBake, type BakeCredit } from "./bake-credit.ts";
import { countMembers, judgeGate, type GateVerdict } from "./gate-reading.ts";
import { memberOutcome, type JudgementClock, type MemberEvidence, type MemberOutcome } from "./member-outcome.ts";
import type { Rollout, Wave } from "./rollout.ts";

/** One thing to do. The service runs all steps of a judgement in one transaction and then judges again. */
export type Step =
  | ({ readonly kind: "member"; readonly waveId: WaveId; readonly hostId: HostId; readonly subscriptionId: SubscriptionId } & MemberOutcome)
  | { readonly kind: "open"; readonly waveId: WaveId }
  | { readonly kind: "bake"; readonly waveId: WaveId }
  | ({ readonly kind: "credit"; readonly waveId: WaveId } & BakeCredit)
  | { readonly kind: "await-approval"; readonly waveId: WaveId }
  | { readonly kind: "pass"; readonly waveId: WaveId }
  | { readonly kind: "trip"; readonly waveId: WaveId | undefined; readonly reason: string }
  | { readonly kind: "complete" };

/** A rollout as it stands. */
export type RolloutEvidence = {
  readonly rollout: Pick<Rollout, "kind" | "state">;
  /** In the order of their ordinals. */
  readonly waves: readonly Wave[];
  /** Members of opened waves that have not passed. */
  readonly members: readonly MemberEvidence[];
  /** Set when the release itself may not be offered any longer: blocked or withdrawn. */
  readonly obstacle: string | undefined;
};

const isWatched = (wave: Wave): boolean => wave.state === "open" || wave.state === "baking";

/** What members did, as steps, and the members as they stand after them. */
function judgeMembers(
  members: readonly MemberEvidence[],
  clock: JudgementClock,
): { readonly steps: readonly Step[]; readonly after: readonly MemberEvidence[] } {
  const steps: Step[] = [];
  const after = members.map((member) => {
    const outcome = memberOutcome(member, clock);
    if (outcome === undefined) return member;
    steps.push({ kind: "member", waveId: member.waveId, hostId: member.hostId, subscriptionId: member.subscriptionId, ...outcome });
    return { ...member, state: outcome.state, updatedAt: clock.now };
  });
  return { steps, after };
}

function judgeWave(wave: Wave, last: boolean, members: readonly MemberEvidence[], clock: JudgementClock): readonly Step[] {
  const counts = countMembers(members);
  const verdictAt = (bakedMs: number): GateVerdict =>
    judgeGate(wave.gate, { counts, bakedMs, last, approved: wave.approvedBy !== undefined, silent: countSilent(members, clock) });
  const before = verdictAt(wave.bakedMs);
  if (before.verdict === "tripped") return [{ kind: "trip", waveId: wave.id, reason: before.reason }];
  if (counts.waiting + counts.updating > 0) return [];
  if (wave.state === "open") return [{ kind: "bake", waveId: wave.id }];
  if (before.verdict === "holds") return [{ kind: "pass", waveId: wave.id }];
  return judgeBake(wave, creditBake(wave, members, clock), verdictAt);
}

/** Time moves a baking wave; the moment at which only a person's word is missing is told once. */
function judgeBake(wave: Wave, credit: BakeCredit, verdictAt: (bakedMs: number) => GateVerdict): readonly Step[] {
  if (credit.bakedMs === wave.bakedMs && credit.bakeJudgedAt === wave.bakeJudgedAt) return [];
  const told: readonly Step[] =
    verdictAt(wave.bakedMs).verdict === "undecided" && verdictAt(credit.bakedMs).verdict === "approval"
      ? [{ kind: "await-approval", waveId: wave.id }]
      : [];
  return [{ kind: "credit", waveId: wave.id, ...credit }, ...told];
}

/** A rollback opens all of its waves at once; an update one after the other. */
function openNext({ rollout, waves }: RolloutEvidence): readonly Step[] {
  const pending = waves.filter((wave) => wave.state === "pending");
  const next = rollout.kind === "rollback" ? pending : waves.some(isWatched) ? [] : pending.slice(0, 1);
  return next.map((wave) => ({ kind: "open", waveId: wave.id }));
}

/**
 * Moves a rollout: from what its hosts report and from time to the steps that follow. Members are judged
 * in every state that holds the subscriptions; waves open, bake, pass and trip only while it runs. Judging again after
 * the steps were run ends in no steps, so it may be called at any time and as often as anyone likes.
 */
export function advance(evidence: RolloutEvidence, clock: JudgementClock): readonly Step[] {
  const { rollout, waves, obstacle } = evidence;
  if (rollout.state !== "running" && rollout.state !== "paused" && rollout.state !== "tripped") return [];
  const { steps, after } = judgeMembers(evidence.members, clock);
  if (rollout.state !== "running") return steps;
  const watched = waves.filter(isWatched);
  if (obstacle !== undefined) return [...steps, { kind: "trip", waveId: watched[0]?.id, reason: obstacle }];
  const moves = watched.flatMap((wave) =>
    judgeWave(
      wave,
      wave === waves.at(-1),
      after.filter((member) => member.waveId === wave.id),
      clock,
    ),
  );
  const opened = openNext(evidence);
  const done = watched.length === 0 && opened.length === 0;
  return [...steps, ...moves, ...opened, ...(done ? [{ kind: "complete" } as const] : [])];
}
