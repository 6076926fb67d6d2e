import type { MemberRow, RolloutDetail, WaveRow } from "#shared/contract/rollouts.ts";
import { formatDuration } from "#shared/lib/format.ts";

/** What the rollout waits for next, as one sentence, and when it comes if time alone brings it (epoch ms). */
export type NextStep = { readonly text: string; readonly at?: number };

/**
 * The next step of a rollout. `readAt` is when the server answered: bake time that was credited until then goes on from
 * there, as long as nothing holds it.
 */
export function nextStep(detail: RolloutDetail, readAt: number): NextStep {
  const { rollout, waves } = detail;
  switch (rollout.state) {
    case "planned":
      return { text: "Starts in a moment." };
    case "paused":
      return { text: `${sentence(rollout.stateReason, "Paused")} Nothing is offered until someone resumes it.` };
    case "tripped":
      return { text: sentence(rollout.stateReason, "The gate tripped") };
    case "completed":
      return { text: "Every wave passed." };
    case "superseded":
      return { text: rollout.stateReason === "" ? "A newer rollout took over." : rollout.stateReason };
    case "aborted":
      return { text: rollout.stateReason === "" ? "Ended where it stood." : `Ended where it stood: ${rollout.stateReason}` };
    case "running":
      return runningStep(waves, readAt);
  }
}

/** A reason of the engine as a sentence: "paused by ana" is "Paused by ana." */
function sentence(reason: string, otherwise: string): string {
  const text = reason === "" ? otherwise : `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Hosts of the whole rollout: those of waves that have not opened yet wait. */
export function overallCounts(waves: readonly WaveRow[]): WaveRow["counts"] {
  const counts = { waiting: 0, updating: 0, succeeded: 0, failed: 0, excluded: 0 };
  for (const wave of waves) {
    for (const state of MEMBER_ORDER) counts[state] += wave.counts[state];
    if (wave.state === "pending") counts.waiting += wave.plannedMembers;
  }
  return counts;
}

/** Names of what a rollout's audit speaks of: itself, its waves' hosts. */
export function subjectNames(detail: RolloutDetail): (subject: string) => string | undefined {
  const names = new Map([[`rollout:${detail.rollout.id}`, detail.rollout.title]]);
  for (const wave of detail.waves) {
    names.set(`wave:${wave.id}`, wave.groupName);
    for (const member of wave.members) names.set(`host:${member.hostId}`, member.hostName);
  }
  return (subject) => names.get(subject);
}

function runningStep(waves: readonly WaveRow[], readAt: number): NextStep {
  const wave = waves.find((one) => one.state === "open" || one.state === "baking");
  if (wave === undefined) return { text: "The next wave opens in a moment." };
  const busy = wave.counts.waiting + wave.counts.updating;
  if (busy > 0)
    return { text: `${wave.groupName}: ${busy} of ${members(wave)} ${busy === 1 ? "host has" : "hosts have"} still to finish.` };
  const bake = wave.readings.find((reading) => reading.criterion === "bake" && !reading.met);
  if (bake !== undefined) {
    if (bake.note !== undefined) return { text: `${wave.groupName} bakes, but the clock stands: ${bake.note}` };
    return { text: `${wave.groupName} bakes`, at: readAt + bake.threshold - bake.value };
  }
  if (wave.readings.some((reading) => reading.criterion === "approval" && !reading.met))
    return { text: `${wave.groupName} is done and waits for approval.` };
  return { text: "The next wave opens in a moment." };
}

/** Hosts that the gate of a wave counts. */
export function members(wave: Pick<WaveRow, "counts">): number {
  const { waiting, updating, succeeded, failed } = wave.counts;
  return waiting + updating + succeeded + failed;
}

/** The head line of a wave's column: which hosts of the group it takes. */
export function selectorText(wave: Pick<WaveRow, "selector">): string {
  switch (wave.selector.kind) {
    case "all":
      return "all hosts";
    case "percent":
      return `${wave.selector.percent} % of hosts`;
    case "count":
      return wave.selector.count === 1 ? "1 host" : `${wave.selector.count} hosts`;
  }
}

/** How far a wave is, in words: "2 of 3 done, 1 failed". A pending wave says how many it would take. */
export function waveProgress(wave: WaveRow): string {
  if (wave.state === "pending") return wave.plannedMembers === 1 ? "will take 1 host" : `will take ${wave.plannedMembers} hosts`;
  const { succeeded, failed, excluded } = wave.counts;
  const parts = [`${succeeded} of ${members(wave)} done`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (excluded > 0) parts.push(`${excluded} excluded`);
  return parts.join(", ");
}

const MEMBER_ORDER: readonly MemberRow["state"][] = ["failed", "updating", "waiting", "succeeded", "excluded"];

/** Members with what needs eyes first: failed, updating, waiting; within a state by name. */
export function sortMembers(rows: readonly MemberRow[]): readonly MemberRow[] {
  return [...rows].sort(
    (left, right) =>
      MEMBER_ORDER.indexOf(left.state) - MEMBER_ORDER.indexOf(right.state) ||
      left.hostName.localeCompare(right.hostName, undefined, { numeric: true }),
  );
}

/** What one host dot says to a pointer and to a screen reader. */
export function memberText(member: MemberRow): string {
  const phase = member.state === "updating" ? `, ${member.phase}` : "";
  const link = member.connection === "connected" ? "" : `, ${member.connection}`;
  const reason = member.reason === "" ? "" : `: ${member.reason}`;
  return `${member.hostName}: ${member.state}${phase}${link}${reason}`;
}

/** The gate of a wave that has not opened, as one quiet line. */
export function gateSummary(wave: Pick<WaveRow, "gate">): string {
  const { successPercent, failureBudget, bakeMs, approval } = wave.gate;
  const parts = [`${successPercent} % success`, failureBudget === 0 ? "no failures" : `at most ${failureBudget} failures`];
  if (bakeMs > 0) parts.push(`${formatDuration(bakeMs)} bake`);
  if (approval) parts.push("approval");
  return parts.join(" · ");
}
