import { describe, expect, it } from "vitest";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { anEmptyFleet, anEmptyGroup } from "#test/builders/empty-fleet.ts";
import { fleetId, hostId } from "#shared/lib/ids.ts";
import {
  addWave,
  exclusionsByReason,
  FIRST_GATE,
  firstFleet,
  firstPlan,
  gateWords,
  hasOneGate,
  moveWave,
  planCli,
  startVerb,
  toPlanInput,
  type WaveDraft,
} from "#renderer/features/rollouts/plan-draft.ts";

type Group = FleetRow["groups"][number];
// Why the cast: of a subscription only the application is read here.
const subscribed = (applicationId: string) => [{ applicationId }] as unknown as Group["subscriptions"];
const group = (name: string, position: number, subscriptions = subscribed("web")) => anEmptyGroup(name, position, subscriptions);
const fleet = anEmptyFleet([group("everyone", 2), group("canary", 0), group("early", 1), group("spare", 3, [])]);
const names = (waves: readonly WaveDraft[]) => waves.map((wave) => fleet.groups.find((one) => one.id === wave.groupId)?.name);

describe("planning a rollout", () => {
  it("begins with every subscribed group whole, in the fleet's order, whatever order the rows came in", () => {
    expect(names(firstPlan(fleet).waves)).toEqual(["canary", "early", "everyone"]);
  });

  it("begins with the asked fleet, else the one that can take the application, else the only one", () => {
    const other: FleetRow = {
      ...fleet,
      id: fleetId.parse("0195a000-0000-4000-8000-0000000000ff"),
      groups: [group("a", 0, subscribed("api"))],
    };
    expect(firstFleet([fleet, other], { fleetId: other.id })).toBe(other);
    expect(firstFleet([fleet, other], { applicationId: "web" })).toBe(fleet);
    expect(firstFleet([fleet, other], {})).toBeUndefined();
    expect(firstFleet([fleet], {})).toBe(fleet);
  });

  it("says what is missing before it can be judged", () => {
    const plan = firstPlan(fleet);
    expect(toPlanInput(plan)).toEqual({ missing: "Choose the release to bring." });
    expect(toPlanInput({ ...plan, releases: { app: "release" }, waves: [] })).toEqual({ missing: "A rollout needs at least one wave." });
    const waves = plan.waves.map((wave) => ({ ...wave, selector: { kind: "percent", percent: 0 } as const }));
    expect(toPlanInput({ ...plan, releases: { app: "release" }, waves })).toEqual({ missing: "A number in one of the waves cannot be." });
  });

  it("gives every wave its own gate", () => {
    const plan = firstPlan(fleet, { web: "release", unknown: "other" });
    const waves = plan.waves.map((wave, at) => ({ ...wave, gate: { ...FIRST_GATE, bakeMs: at * 1000 } }));
    expect(hasOneGate(plan.waves)).toBe(true);
    expect(hasOneGate(waves)).toBe(false);
    expect(toPlanInput({ ...plan, waves })).toMatchObject({
      input: { releaseIds: ["release"], waves: [{ gate: { bakeMs: 0 } }, { gate: { bakeMs: 1000 } }, { gate: { bakeMs: 2000 } }] },
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

  it("puts another group at the end, with the gate of the wave before", () => {
    const gate = { ...FIRST_GATE, approval: true };
    const waves = addWave(
      firstPlan(fleet).waves.map((wave) => ({ ...wave, gate })),
      group("spare", 3).id,
    );
    expect(waves.at(-1)).toMatchObject({ groupId: group("spare", 3).id, selector: { kind: "all" }, gate });
  });
});

describe("a gate in words", () => {
  it("tells what must hold", () => {
    expect(gateWords(FIRST_GATE, false)).toBe("all must succeed · no failure tolerated · bakes 10 m");
  });

  it("tells everything that was set, but no approval behind the last wave", () => {
    const gate = { successPercent: 95, failureBudget: 2, minimumSample: 5, bakeMs: 0, approval: true };
    const words = "95 % must succeed · 2 failures tolerated · judged from 5 hosts on · no bake time";
    expect(gateWords(gate, false)).toBe(`${words} · then a person approves`);
    expect(gateWords(gate, true)).toBe(words);
    expect(gateWords({ ...gate, failureBudget: 1 }, true)).toContain("1 failure tolerated");
  });
});

describe("what a plan would do", () => {
  const wave = { groupId: group("canary", 0).id, groupName: "canary", hosts: 1, excluded: [], excludedCount: 0 };

  it("is restated on the button", () => {
    expect(startVerb({ waves: [wave], totalHosts: 1 })).toBe("Start: 1 wave, 1 host");
    expect(startVerb({ waves: [wave, wave, wave], totalHosts: 1240 })).toBe("Start: 3 waves, 1,240 hosts");
    expect(startVerb(undefined)).toBe("Start the rollout");
  });

  it("names excluded hosts by reason, each once, the most frequent first", () => {
    const host = (at: number, reason: string) => ({
      hostId: hostId.parse(`0195a000-0000-4000-8000-0000000000a${at}`),
      hostName: `edge-${at}`,
      reason,
    });
    const first = { ...wave, excluded: [host(1, "pinned to 1.0.0"), host(2, "no artifact for linux/arm64")] };
    const second = { ...wave, excluded: [host(2, "no artifact for linux/arm64"), host(3, "no artifact for linux/arm64")] };
    expect(exclusionsByReason({ waves: [first, second] }).map((one) => [one.reason, one.hosts.map((at) => at.hostName)])).toEqual([
      ["no artifact for linux/arm64", ["edge-2", "edge-3"]],
      ["pinned to 1.0.0", ["edge-1"]],
    ]);
  });
});

describe("the plan from a shell", () => {
  const plan = firstPlan(fleet);

  it("names fleet, releases, waves and the gate", () => {
    const waves = addWave(plan.waves, group("early", 1).id);
    expect(planCli(fleet, ["org.acme.web@1.4.2"], waves)).toBe(
      "rollcall rollout start production org.acme.web@1.4.2 --waves canary,early:50%,early,everyone --bake 600s",
    );
    expect(planCli({ ...fleet, name: "Ana's lab" }, ["org.acme.web@1.4.2"], plan.waves)).toContain(`'Ana'\\''s lab'`);
  });

  it("names what differs from a gate's defaults", () => {
    const gate = { successPercent: 95, failureBudget: 1, minimumSample: 3, bakeMs: 1500, approval: true };
    const waves = plan.waves.map((wave) => ({ ...wave, gate, selector: { kind: "count", count: 2 } as const }));
    expect(planCli(fleet, ["org.acme.web@1.4.2"], waves)).toContain(
      "--waves canary:2,early:2,everyone:2 --success 95 --failures 1 --sample 3 --bake 1.5s --approval",
    );
  });

  it("is not there when the gates differ, since a shell gives one for all", () => {
    const waves = plan.waves.map((wave, at) => ({ ...wave, gate: { ...FIRST_GATE, bakeMs: at } }));
    expect(planCli(fleet, ["org.acme.web@1.4.2"], waves)).toBeUndefined();
    expect(planCli(fleet, [], plan.waves)).toBeUndefined();
    expect(planCli(fleet, ["org.acme.web@1.4.2"], [])).toBeUndefined();
  });
});
