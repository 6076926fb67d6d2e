import { describe, expect, it } from "vitest";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { fleetId, groupId } from "#shared/lib/ids.ts";
import { addWave, firstPlan, moveWave, startVerb, toPlanInput, type WaveDraft } from "#renderer/features/rollouts/plan-draft.ts";
import { activeFirst } from "#renderer/features/rollouts/view-model.ts";

const FLEET = fleetId.parse("0195a000-0000-4000-8000-000000000000");
const group = (name: string, position: number): FleetRow["groups"][number] => ({
  id: groupId.parse(`0195a000-0000-4000-8000-00000000000${position + 1}`),
  fleetId: FLEET,
  name,
  position,
  revision: 0,
  hosts: 0,
  connected: 0,
  subscriptions: [],
});
const fleet: FleetRow = {
  id: FLEET,
  name: "production",
  description: "",
  createdAt: 0,
  revision: 0,
  hosts: 0,
  connected: 0,
  groups: [group("everyone", 2), group("canary", 0), group("early", 1)],
};
const names = (waves: readonly WaveDraft[]) => waves.map((wave) => fleet.groups.find((one) => one.id === wave.groupId)?.name);

describe("planning a rollout", () => {
  it("begins with every group whole, in the fleet's order, whatever order the rows came in", () => {
    expect(names(firstPlan(fleet).waves)).toEqual(["canary", "early", "everyone"]);
  });

  it("says what is missing before it can be judged", () => {
    const plan = firstPlan(fleet);
    expect(toPlanInput(plan)).toEqual({ missing: "Choose the release to bring." });
    expect(toPlanInput({ ...plan, releases: { app: "release" }, waves: [] })).toEqual({ missing: "A rollout needs at least one wave." });
  });

  it("gives every wave the plan's gate", () => {
    const ready = toPlanInput({ ...firstPlan(fleet, { app: "release" }), gate: { ...firstPlan(fleet).gate, bakeMs: 5 } });
    expect(ready).toMatchObject({
      input: { releaseIds: ["release"], waves: [{ gate: { bakeMs: 5 } }, { gate: { bakeMs: 5 } }, { gate: { bakeMs: 5 } }] },
    });
  });

  it("moves waves within the list and not beyond it", () => {
    const { waves } = firstPlan(fleet);
    expect(names(moveWave(waves, 1, -1))).toEqual(["early", "canary", "everyone"]);
    expect(moveWave(waves, 0, -1)).toEqual(waves);
    expect(moveWave(waves, 2, 1)).toEqual(waves);
  });

  it("splits a group that is there already: half of it goes before the rest", () => {
    const waves = addWave(firstPlan(fleet).waves, group("early", 1).id);
    expect(waves.map((wave) => wave.selector)).toEqual([
      { kind: "all" },
      { kind: "percent", percent: 50 },
      { kind: "all" },
      { kind: "all" },
    ]);
    expect(names(waves)).toEqual(["canary", "early", "early", "everyone"]);
    expect(new Set(waves.map((wave) => wave.key)).size).toBe(4);
  });

  it("restates on the button what will happen", () => {
    const wave = { groupId: group("canary", 0).id, groupName: "canary", hosts: 1, excluded: [], excludedCount: 0 };
    expect(startVerb({ waves: [wave], totalHosts: 1 })).toBe("Start: 1 wave, 1 host");
    expect(startVerb({ waves: [wave, wave, wave], totalHosts: 1240 })).toBe("Start: 3 waves, 1240 hosts");
    expect(startVerb(undefined)).toBe("Start the rollout");
  });
});

describe("the list of rollouts", () => {
  it("puts what moves or waits for someone first, then the newest", () => {
    const rows = [
      { state: "completed", createdAt: 9 },
      { state: "tripped", createdAt: 1 },
      { state: "running", createdAt: 5 },
      { state: "aborted", createdAt: 7 },
    ] as const;
    expect(activeFirst(rows).map((row) => row.state)).toEqual(["running", "tripped", "completed", "aborted"]);
  });
});
