import type { MemberRow, RolloutDetail, RolloutRow, WaveRow } from "#shared/contract/rollouts.ts";
import { gate } from "#shared/domain/rollout/rollout.ts";

const NOTHING = { waiting: 0, updating: 0, succeeded: 0, failed: 0, excluded: 0 };

/** A wave of four hosts that has not opened, unless a test says otherwise. */
export function aWave(ordinal: number, groupName: string, more: Partial<WaveRow> = {}): WaveRow {
  const wave = {
    id: `wave-${ordinal}`,
    ordinal,
    groupName,
    selector: { kind: "all" },
    gate: gate.parse({}),
    state: "pending",
    bakedMs: 0,
    counts: NOTHING,
    readings: [],
    members: [],
    plannedMembers: 4,
    ...more,
  };
  // Why the cast: a test tells only what is read.
  return wave as unknown as WaveRow;
}

/** A host of a wave. */
export function aMember(hostName: string, state: MemberRow["state"], more: Partial<MemberRow> = {}): MemberRow {
  const member = { hostId: hostName, hostName, subscriptionId: "s", state, reason: "", phase: "healthy", connection: "connected", ...more };
  // Why the cast: a test tells only what is read.
  return member as unknown as MemberRow;
}

/** A rollout with these waves. */
export function aDetail(state: RolloutRow["state"], waves: readonly WaveRow[], more: Partial<RolloutRow> = {}): RolloutDetail {
  const rollout = { id: "r1", title: "Gateway 1.5.0", state, stateReason: "", targets: [], ...more };
  // Why the cast: a test tells only what is read.
  return { rollout, waves, failures: [], actions: {} } as unknown as RolloutDetail;
}

/** Counts of a wave. */
export function counts(some: Partial<WaveRow["counts"]>): WaveRow["counts"] {
  return { ...NOTHING, ...some };
}
