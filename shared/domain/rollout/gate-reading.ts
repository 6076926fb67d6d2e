import type { Gate, MemberState } from "./rollout.ts";

/** Members of a wave by state. */
export type MemberCounts = { readonly [state in MemberState]: number };

/** What a gate is read from. */
export type GateEvidence = {
  readonly counts: MemberCounts;
  /** Bake time credited so far, in milliseconds. */
  readonly bakedMs: number;
  readonly approved: boolean;
  /** The last wave needs no approval, since no step follows it. */
  readonly last: boolean;
  /** Succeeded members that are not reporting, or not well. While there are any, bake time stands still and the gate stays shut. */
  readonly silent: number;
};

/** One line of a gate: what it is now, what it must be, whether it holds. `note` says why it does not move. */
export type GateReading = {
  readonly criterion: "success" | "failures" | "sample" | "bake" | "approval";
  readonly value: number;
  readonly threshold: number;
  readonly unit: "percent" | "hosts" | "ms" | "approvals";
  readonly met: boolean;
  readonly note?: string;
};

/**
 * What a gate says. `tripped` carries the sentence that people read; `holds` means that every criterion is met;
 * `approval` that only a person's word is missing; `undecided` that hosts or time are.
 */
export type GateVerdict =
  | { readonly verdict: "tripped"; readonly reason: string }
  | { readonly verdict: "undecided" | "approval" | "holds" };

const NOTHING: MemberCounts = { waiting: 0, updating: 0, succeeded: 0, failed: 0, excluded: 0 };

/** Counts members by state. */
export function countMembers(members: readonly { readonly state: MemberState }[]): MemberCounts {
  const counts = { ...NOTHING };
  for (const member of members) counts[member.state] += 1;
  return counts;
}

/** Members that the gate counts. */
export function countedMembers(counts: MemberCounts): number {
  return counts.waiting + counts.updating + counts.succeeded + counts.failed;
}

/** Members that have their outcome. */
export function finishedMembers(counts: MemberCounts): number {
  return counts.succeeded + counts.failed;
}

/** A wave smaller than the sample needs all of its members. */
const sampleSize = (gate: Gate, counts: MemberCounts): number => Math.min(gate.minimumSample, countedMembers(counts));

/** A wave without members has nothing that could fail. */
const successPercent = (counts: MemberCounts): number => {
  const finished = finishedMembers(counts);
  return finished === 0 ? (countedMembers(counts) === 0 ? 100 : 0) : (100 * counts.succeeded) / finished;
};

/** A wave without members has nothing to bake. */
const bakeNeeded = (gate: Gate, counts: MemberCounts): number => (countedMembers(counts) === 0 ? 0 : gate.bakeMs);

function bakeNote({ counts, silent }: GateEvidence): string | undefined {
  const unfinished = counts.waiting + counts.updating;
  if (unfinished > 0) return `begins when ${unfinished === 1 ? "the last host has" : `${unfinished} more hosts have`} finished`;
  return silent > 0 ? `${silent} of ${counts.succeeded} hosts are not reporting well` : undefined;
}

/** Reads every line of a gate, in the order in which people judge it. */
export function readGate(gate: Gate, evidence: GateEvidence): readonly GateReading[] {
  const { counts } = evidence;
  const finished = finishedMembers(counts);
  const sample = sampleSize(gate, counts);
  const percent = successPercent(counts);
  const bakeMs = bakeNeeded(gate, counts);
  // However long it baked: the step to the next wave is not taken on yesterday's news.
  const baked = evidence.bakedMs >= bakeMs && counts.waiting + counts.updating === 0 && evidence.silent === 0;
  const note = baked ? undefined : bakeNote(evidence);
  const readings: GateReading[] = [
    {
      criterion: "success",
      value: percent,
      threshold: gate.successPercent,
      unit: "percent",
      met: finished >= sample && percent >= gate.successPercent,
    },
    { criterion: "failures", value: counts.failed, threshold: gate.failureBudget, unit: "hosts", met: counts.failed <= gate.failureBudget },
    { criterion: "sample", value: finished, threshold: sample, unit: "hosts", met: finished >= sample },
    {
      criterion: "bake",
      value: Math.min(evidence.bakedMs, bakeMs),
      threshold: bakeMs,
      unit: "ms",
      met: baked,
      ...(note === undefined ? {} : { note }),
    },
  ];
  if (gate.approval && !evidence.last)
    readings.push({ criterion: "approval", value: evidence.approved ? 1 : 0, threshold: 1, unit: "approvals", met: evidence.approved });
  return readings;
}

const hosts = (count: number): string => (count === 1 ? "1 host" : `${count} hosts`);

function tripReason(gate: Gate, counts: MemberCounts): string | undefined {
  if (counts.failed > gate.failureBudget)
    return `${hosts(counts.failed)} failed, ${gate.failureBudget === 0 ? "none is" : `${gate.failureBudget} are`} tolerated`;
  const finished = finishedMembers(counts);
  if (finished === 0 || finished < sampleSize(gate, counts)) return undefined;
  const percent = successPercent(counts);
  return percent < gate.successPercent
    ? `${formatPercent(percent)} of ${hosts(finished)} succeeded, ${formatPercent(gate.successPercent)} is required`
    : undefined;
}

/** Rounded down, so that 99.96 % never reads as the 100 % it is not. */
const formatPercent = (percent: number): string => `${Math.floor(percent * 10) / 10} %`;

/** Judges a gate. It trips as soon as its failures exceed the budget, or its sample stands and the share is too low. */
export function judgeGate(gate: Gate, evidence: GateEvidence): GateVerdict {
  const reason = tripReason(gate, evidence.counts);
  if (reason !== undefined) return { verdict: "tripped", reason };
  const missing = readGate(gate, evidence).filter((reading) => !reading.met);
  if (missing.length === 0) return { verdict: "holds" };
  return { verdict: missing.every((reading) => reading.criterion === "approval") ? "approval" : "undecided" };
}
