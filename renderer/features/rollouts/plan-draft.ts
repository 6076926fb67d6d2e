import type { FleetRow, GroupRow } from "#shared/contract/fleets.ts";
import type { RolloutPreview } from "#shared/contract/rollouts.ts";
import { wavePlan, type Gate, type WavePlan, type WaveSelector } from "#shared/domain/rollout/rollout.ts";
import { formatDuration } from "#shared/lib/format.ts";

/** One wave while it is planned. `key` keeps its place in the list when the order changes. */
export type WaveDraft = {
  readonly key: number;
  readonly groupId: GroupRow["id"];
  readonly selector: WaveSelector;
  readonly gate: Gate;
};

/** A rollout while it is planned. */
export type PlanDraft = {
  readonly fleetId: FleetRow["id"];
  /** By application, since a rollout brings each application to one release. */
  readonly releases: Readonly<Record<string, string>>;
  readonly waves: readonly WaveDraft[];
};

/** What a new plan starts with: every host must succeed, and ten minutes without trouble before the next wave. */
export const FIRST_GATE: Gate = { successPercent: 100, failureBudget: 0, minimumSample: 1, bakeMs: 600_000, approval: false };

/** The groups of a fleet in the order in which rollouts take them. */
export function orderedGroups(fleet: FleetRow): readonly GroupRow[] {
  return [...fleet.groups].sort((left, right) => left.position - right.position);
}

/**
 * A plan for a fleet: every group that is subscribed to anything, whole, in the fleet's order. Releases of applications
 * that no group of it is subscribed to are left out.
 */
export function firstPlan(fleet: FleetRow, releases: Readonly<Record<string, string>> = {}): PlanDraft {
  const groups = orderedGroups(fleet).filter((group) => group.subscriptions.length > 0);
  const isKnown = (applicationId: string): boolean =>
    groups.some((group) => group.subscriptions.some((one) => one.applicationId === applicationId));
  return {
    fleetId: fleet.id,
    releases: Object.fromEntries(Object.entries(releases).filter(([applicationId]) => isKnown(applicationId))),
    waves: groups.map((group, key) => ({ key, groupId: group.id, selector: { kind: "all" }, gate: FIRST_GATE })),
  };
}

/**
 * The fleet that a plan begins with: the asked one, else the only one that is subscribed to the asked application, else
 * the only one there is.
 */
export function firstFleet(
  fleets: readonly FleetRow[],
  asked: { readonly fleetId?: string | undefined; readonly applicationId?: string | undefined },
): FleetRow | undefined {
  const named = fleets.find((fleet) => fleet.id === asked.fleetId);
  if (named !== undefined) return named;
  const subscribed = fleets.filter((fleet) =>
    fleet.groups.some((group) => group.subscriptions.some((one) => one.applicationId === asked.applicationId)),
  );
  return subscribed.length === 1 ? subscribed[0] : fleets.length === 1 ? fleets[0] : undefined;
}

/** Moves a wave one place up (-1) or down (+1); at the ends it stays. */
export function moveWave(waves: readonly WaveDraft[], at: number, by: -1 | 1): readonly WaveDraft[] {
  const moved = waves[at];
  const other = waves[at + by];
  if (moved === undefined || other === undefined) return waves;
  return waves.map((wave, index) => (index === at ? other : index === at + by ? moved : wave));
}

/** Puts a wave in front of the last one of its group, so that a few hosts go first: half of the group, then the rest. */
export function addWave(waves: readonly WaveDraft[], groupId: GroupRow["id"]): readonly WaveDraft[] {
  const key = Math.max(-1, ...waves.map((one) => one.key)) + 1;
  const last = waves.findLastIndex((one) => one.groupId === groupId);
  const gate = (last < 0 ? waves.at(-1) : waves[last])?.gate ?? FIRST_GATE;
  const wave: WaveDraft = { key, groupId, selector: { kind: "all" }, gate };
  if (last < 0) return [...waves, wave];
  return [...waves.slice(0, last), { ...wave, selector: { kind: "percent", percent: 50 } }, ...waves.slice(last)];
}

/** The plan as the contract takes it. */
export type PlanInput = { readonly fleetId: FleetRow["id"]; readonly releaseIds: string[]; readonly waves: WavePlan[] };

/** The plan as the contract takes it, or the sentence that says what is missing. */
export function toPlanInput(draft: PlanDraft): { readonly input: PlanInput } | { readonly missing: string } {
  const releaseIds = Object.values(draft.releases);
  if (releaseIds.length === 0) return { missing: "Choose the release to bring." };
  if (draft.waves.length === 0) return { missing: "A rollout needs at least one wave." };
  const waves = draft.waves.flatMap(({ groupId, selector, gate }) => wavePlan.safeParse({ groupId, selector, gate }).data ?? []);
  if (waves.length < draft.waves.length) return { missing: "A number in one of the waves cannot be." };
  return { input: { fleetId: draft.fleetId, releaseIds, waves } };
}

/** A gate in words: "all must succeed · bakes 10 m". The last wave's approval is left out, since no step follows it. */
export function gateWords(gate: Gate, isLast: boolean): string {
  const budget = gate.failureBudget === 1 ? "1 failure" : `${gate.failureBudget} failures`;
  return [
    gate.successPercent === 100 ? "all must succeed" : `${gate.successPercent} % must succeed`,
    gate.failureBudget === 0 ? "no failure tolerated" : `${budget} tolerated`,
    ...(gate.minimumSample > 1 ? [`judged from ${gate.minimumSample} hosts on`] : []),
    gate.bakeMs === 0 ? "no bake time" : `bakes ${formatDuration(gate.bakeMs)}`,
    ...(gate.approval && !isLast ? ["then a person approves"] : []),
  ].join(" · ");
}

/** The button that restates what will happen: "Start: 3 waves, 6 hosts". */
export function startVerb(preview: Pick<RolloutPreview, "waves" | "totalHosts"> | undefined): string {
  if (preview === undefined) return "Start the rollout";
  const waves = preview.waves.length === 1 ? "1 wave" : `${preview.waves.length} waves`;
  return `Start: ${waves}, ${preview.totalHosts === 1 ? "1 host" : `${preview.totalHosts.toLocaleString("en")} hosts`}`;
}

/** Excluded hosts by reason, most frequent first: reasons repeat, hosts do not. */
export function exclusionsByReason(preview: Pick<RolloutPreview, "waves">): readonly Exclusion[] {
  const all = preview.waves.flatMap((wave) => wave.excluded);
  return [...Map.groupBy(all, (one) => one.reason)]
    .map(([reason, hosts]) => ({ reason, hosts: [...new Map(hosts.map((host) => [host.hostId, host])).values()] }))
    .toSorted((left, right) => right.hosts.length - left.hosts.length);
}

/** Hosts that take no part, for one reason. */
export type Exclusion = { readonly reason: string; readonly hosts: readonly { readonly hostId: string; readonly hostName: string }[] };

/**
 * The same as a command line, or undefined when the waves' gates differ: the CLI has one gate for all. `releases` are
 * written as PRODUCT-ID@VERSION.
 */
export function planCli(fleet: FleetRow, releases: readonly string[], waves: readonly WaveDraft[]): string | undefined {
  const [first] = waves;
  if (first === undefined || releases.length === 0 || waves.some((wave) => !isSameGate(wave.gate, first.gate))) return undefined;
  const { gate } = first;
  return [
    "rollcall rollout start",
    /^[\w.-]+$/.test(fleet.name) ? fleet.name : `'${fleet.name.replaceAll("'", "'\\''")}'`,
    ...releases,
    `--waves ${waves.map((wave) => waveWord(fleet, wave)).join(",")}`,
    ...(gate.successPercent === 100 ? [] : [`--success ${gate.successPercent}`]),
    ...(gate.failureBudget === 0 ? [] : [`--failures ${gate.failureBudget}`]),
    ...(gate.minimumSample === 1 ? [] : [`--sample ${gate.minimumSample}`]),
    `--bake ${gate.bakeMs / 1000}s`,
    ...(gate.approval ? ["--approval"] : []),
  ].join(" ");
}

function waveWord(fleet: FleetRow, { groupId, selector }: WaveDraft): string {
  const name = groupName(fleet, groupId);
  return selector.kind === "all" ? name : selector.kind === "percent" ? `${name}:${selector.percent}%` : `${name}:${selector.count}`;
}

const isSameGate = (left: Gate, right: Gate): boolean =>
  left.successPercent === right.successPercent &&
  left.failureBudget === right.failureBudget &&
  left.minimumSample === right.minimumSample &&
  left.bakeMs === right.bakeMs &&
  left.approval === right.approval;

/** Whether every wave has the same gate, so that "use it for every wave" has nothing to do. */
export function hasOneGate(waves: readonly WaveDraft[]): boolean {
  const [first] = waves;
  return first === undefined || waves.every((wave) => isSameGate(wave.gate, first.gate));
}

/** The name of a group of the fleet. */
export function groupName(fleet: FleetRow, groupId: string): string {
  return fleet.groups.find((group) => group.id === groupId)?.name ?? "";
}
