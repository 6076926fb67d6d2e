import type { FleetRow } from "#shared/contract/fleets.ts";
import type { RolloutPreview } from "#shared/contract/rollouts.ts";
import type { Gate, WavePlan, WaveSelector } from "#shared/domain/rollout/rollout.ts";

/** One wave while it is planned. `key` keeps its place in the list when the order changes. */
export type WaveDraft = { readonly key: number; readonly groupId: string; readonly selector: WaveSelector };

/** A rollout while it is planned. One gate holds for every wave. */
export type PlanDraft = {
  readonly fleetId: string;
  /** By application, since a rollout brings each application to one release. */
  readonly releases: Readonly<Record<string, string>>;
  readonly waves: readonly WaveDraft[];
  readonly gate: Gate;
};

/** What a new plan starts with: every host must succeed, and ten minutes without trouble before the next wave. */
export const FIRST_GATE: Gate = { successPercent: 100, failureBudget: 0, minimumSample: 1, bakeMs: 600_000, approval: false };

/** A plan for a fleet: every group whole, in the fleet's order. */
export function firstPlan(fleet: FleetRow, releases: Readonly<Record<string, string>> = {}): PlanDraft {
  const groups = [...fleet.groups].sort((left, right) => left.position - right.position);
  return {
    fleetId: fleet.id,
    releases,
    waves: groups.map((group, key) => ({ key, groupId: group.id, selector: { kind: "all" } })),
    gate: FIRST_GATE,
  };
}

/** Moves a wave one place up (-1) or down (+1); at the ends it stays. */
export function moveWave(waves: readonly WaveDraft[], at: number, by: -1 | 1): readonly WaveDraft[] {
  const moved = waves[at];
  const other = waves[at + by];
  if (moved === undefined || other === undefined) return waves;
  return waves.map((wave, index) => (index === at ? other : index === at + by ? moved : wave));
}

/** Puts a wave in front of the last one of its group, so that a few hosts go first: half of the group, then the rest. */
export function addWave(waves: readonly WaveDraft[], groupId: string): readonly WaveDraft[] {
  const wave: WaveDraft = { key: Math.max(-1, ...waves.map((one) => one.key)) + 1, groupId, selector: { kind: "all" } };
  const last = waves.findLastIndex((one) => one.groupId === groupId);
  if (last < 0) return [...waves, wave];
  return [...waves.slice(0, last), { ...wave, selector: { kind: "percent", percent: 50 } }, ...waves.slice(last)];
}

/** The plan as the contract takes it, or the sentence that says what is missing. */
export function toPlanInput(draft: PlanDraft):
  | {
      readonly input: {
        readonly fleetId: string;
        readonly releaseIds: string[];
        readonly waves: (WavePlan | { groupId: string; selector: WaveSelector; gate: Gate })[];
      };
    }
  | { readonly missing: string } {
  const releaseIds = Object.values(draft.releases);
  if (releaseIds.length === 0) return { missing: "Choose the release to bring." };
  if (draft.waves.length === 0) return { missing: "A rollout needs at least one wave." };
  const { fleetId, gate } = draft;
  return { input: { fleetId, releaseIds, waves: draft.waves.map(({ groupId, selector }) => ({ groupId, selector, gate })) } };
}

/** The button that restates what will happen: "Start: 3 waves, 6 hosts". */
export function startVerb(preview: Pick<RolloutPreview, "waves" | "totalHosts"> | undefined): string {
  if (preview === undefined) return "Start the rollout";
  const waves = preview.waves.length === 1 ? "1 wave" : `${preview.waves.length} waves`;
  return `Start: ${waves}, ${preview.totalHosts === 1 ? "1 host" : `${preview.totalHosts} hosts`}`;
}
