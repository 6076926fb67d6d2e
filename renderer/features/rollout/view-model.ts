import type { MemberRow, RolloutDetail, RolloutRow, WaveRow } from "#shared/contract/rollouts.ts";
import { formatDuration } from "#shared/lib/format.ts";
import { actorName } from "../../components/actor-name.ts";
import type { GateMotion } from "../../components/gate-reading.ts";
import { waveLook, type StateLook } from "../../components/state-status.ts";

/** What the rollout waits for next, as one sentence, and when it comes if time alone brings it (epoch ms). */
export type NextStep = {
  readonly text: string;
  readonly at?: number;
  /** What that leads to, or what it leaves alone. */
  readonly after?: string;
};

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
      return { text: sentence(rollout.stateReason, "Paused"), after: "Nothing is offered and no host switches until someone resumes it." };
    case "tripped":
      return { text: sentence(rollout.stateReason, "The gate tripped"), after: untouched(waves) };
    case "completed":
      return { text: "Every wave passed.", ...took(rollout) };
    case "superseded":
      return { text: sentence(rollout.stateReason, "A newer rollout took over") };
    case "aborted":
      return { text: sentence(rollout.stateReason, "Aborted"), after: "It ended where it stood: hosts keep what they run." };
    case "running":
      return runningStep(waves, readAt);
  }
}

/** Whom a tripped rollout spared: the hosts of waves that never opened. */
function untouched(waves: readonly WaveRow[]): string {
  const spared = waves.filter((wave) => wave.state === "pending").reduce((sum, wave) => sum + wave.plannedMembers, 0);
  if (spared === 0) return "No further wave is waiting.";
  return `${spared === 1 ? "1 host" : `${spared} hosts`} of later waves ${spared === 1 ? "was" : "were"} not touched and wait for your decision.`;
}

function took({ startedAt, finishedAt }: RolloutDetail["rollout"]): { readonly after?: string } {
  return startedAt === undefined || finishedAt === undefined ? {} : { after: `It took ${formatDuration(finishedAt - startedAt)}.` };
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
  const wave = openWave(waves);
  if (wave === undefined) return { text: "The next wave opens in a moment." };
  const after = afterwards(waves, wave);
  const busy = wave.counts.waiting + wave.counts.updating;
  if (busy > 0)
    return { text: `${wave.groupName}: ${busy} of ${members(wave)} ${busy === 1 ? "host has" : "hosts have"} still to finish.`, after };
  const bake = wave.readings.find((reading) => reading.criterion === "bake" && !reading.met);
  if (bake !== undefined) {
    if (bake.note !== undefined) return { text: `${wave.groupName} is baking, but the clock stands: ${bake.note}.`, after };
    return { text: `${wave.groupName} is baking`, at: readAt + bake.threshold - bake.value, after };
  }
  if (wave.readings.some((reading) => reading.criterion === "approval" && !reading.met))
    return { text: `${wave.groupName} is done and waits for approval.`, after };
  return { text: wave === waves.at(-1) ? "It completes in a moment." : "The next wave opens in a moment." };
}

/** The wave that is served or bakes now. */
export function openWave(waves: readonly WaveRow[]): WaveRow | undefined {
  return waves.find((wave) => wave.state === "open" || wave.state === "baking" || wave.state === "tripped");
}

/** What follows when the gate of `wave` holds. */
function afterwards(waves: readonly WaveRow[], wave: WaveRow): string {
  const next = waves[waves.indexOf(wave) + 1];
  if (next === undefined) return "It is the last wave: when its gate holds, the rollout is complete.";
  const hosts = next.plannedMembers === 1 ? "1 host" : `${next.plannedMembers} hosts`;
  const approved = wave.gate.approval && wave.approvedBy === undefined ? " and someone approved" : "";
  return `When its gate holds${approved}, wave ${next.ordinal + 1} opens: ${hosts} of ${next.groupName}.`;
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

/** Members that a person may want to look at one by one: those that did not simply succeed or wait. */
export function notableMembers(rows: readonly MemberRow[]): readonly MemberRow[] {
  return sortMembers(rows.filter((row) => row.state === "failed" || row.state === "updating" || row.state === "excluded"));
}

/** How a wave looks while its rollout stands still or is over: nothing turns that does not move. */
export function waveLookIn(wave: Pick<WaveRow, "state">, rollout: Pick<RolloutRow, "state">): StateLook {
  const look = waveLook(wave.state);
  if (look.status !== "progressing") return look;
  if (rollout.state === "paused") return { status: "paused", word: look.word };
  return rollout.state === "running" ? look : { status: "unknown", word: look.word };
}

/** What the readings of a wave's gate do. */
export function gateMotion(wave: Pick<WaveRow, "state">, rollout: Pick<RolloutRow, "state">): GateMotion {
  if (wave.state === "tripped") return "tripped";
  return rollout.state === "running" ? "judged" : "held";
}

/** A gate that held, as one line: what was reached, not what was asked. */
export function passedSummary(wave: Pick<WaveRow, "counts" | "bakedMs" | "approvedBy">): string {
  const { succeeded, failed } = wave.counts;
  const finished = succeeded + failed;
  return [
    finished === 0 ? "no host took part" : failed === 0 ? `all ${finished} succeeded` : `${succeeded} of ${finished} succeeded`,
    ...(wave.bakedMs === 0 ? [] : [`baked ${formatDuration(wave.bakedMs)}`]),
    ...(wave.approvedBy === undefined ? [] : [`approved by ${actorName(wave.approvedBy)}`]),
  ].join(" · ");
}

/** What a rollout changes: versions of one application, with the groups that change alike. */
export type Change = {
  readonly applicationId: string;
  readonly applicationName: string;
  readonly from: string | undefined;
  readonly to: string;
  readonly toReleaseId: RolloutRow["targets"][number]["toReleaseId"];
  readonly groups: readonly string[];
};

/** The targets of a rollout, groups that go from and to the same versions together. */
export function changesOf(targets: RolloutRow["targets"]): readonly Change[] {
  const alike = Map.groupBy(targets, (target) => `${target.applicationId} ${target.fromVersion ?? ""} ${target.toVersion}`);
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { applicationId, applicationName, fromVersion: from, toVersion: to, toReleaseId } = first;
    return [{ applicationId, applicationName, from, to, toReleaseId, groups: [...new Set(group.map((target) => target.groupName))] }];
  });
}

/** What one host dot says to a pointer and to a screen reader. */
export function memberText(member: MemberRow): string {
  const phase = member.state === "updating" ? `, ${member.phase}` : "";
  const link = member.connection === "connected" ? "" : `, ${member.connection}`;
  const reason = member.reason === "" ? "" : `: ${member.reason}`;
  return `${member.hostName}: ${member.state}${phase}${link}${reason}`;
}

/** The gate of a wave that has not opened, as one quiet line. The last wave's approval is left out: no step follows it. */
export function gateSummary(wave: Pick<WaveRow, "gate">, isLast: boolean): string {
  const { successPercent, failureBudget, bakeMs, approval } = wave.gate;
  return [
    `${successPercent} % success`,
    failureBudget === 0 ? "no failure" : `at most ${failureBudget === 1 ? "1 failure" : `${failureBudget} failures`}`,
    ...(bakeMs > 0 ? [`${formatDuration(bakeMs)} of baking`] : []),
    ...(approval && !isLast ? ["approval"] : []),
  ].join(" · ");
}

/** How to watch a rollout from a shell; a test holds it to what the CLI understands. */
export function watchCli(rolloutId: string): string {
  return `rollcall rollout status ${rolloutId} --watch`;
}
