import { describe, expect, it } from "vitest";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import { gate } from "#shared/domain/rollout/rollout.ts";
import {
  changesOf,
  gateMotion,
  gateSummary,
  memberText,
  nextStep,
  notableMembers,
  overallCounts,
  passedSummary,
  selectorText,
  sortMembers,
  subjectNames,
  waveLookIn,
  waveProgress,
} from "#renderer/features/rollout/view-model.ts";
import { aDetail, aMember, aWave, counts } from "./rollout-detail.ts";

const bake = (value: number, note?: string) => ({
  criterion: "bake" as const,
  value,
  threshold: 60_000,
  unit: "ms" as const,
  met: false,
  ...(note === undefined ? {} : { note }),
});
const later = aWave(1, "everyone", { plannedMembers: 40 });

describe("what a running rollout waits for", () => {
  it("is its open wave's hosts first, and what opens afterwards", () => {
    const wave = aWave(0, "canary", { state: "open", counts: counts({ succeeded: 2, updating: 1, waiting: 1 }) });
    expect(nextStep(aDetail("running", [wave, later]), 0)).toEqual({
      text: "canary: 2 of 4 hosts have still to finish.",
      after: "When its gate holds, wave 2 opens: 40 hosts of everyone.",
    });
    const single = aWave(0, "canary", { state: "open", counts: counts({ succeeded: 3, updating: 1 }) });
    expect(nextStep(aDetail("running", [single]), 0)).toEqual({
      text: "canary: 1 of 4 host has still to finish.",
      after: "It is the last wave: when its gate holds, the rollout is complete.",
    });
  });

  it("is time, counted down from when the control plane answered", () => {
    const wave = aWave(0, "canary", { state: "baking", counts: counts({ succeeded: 4 }), readings: [bake(20_000)] });
    expect(nextStep(aDetail("running", [wave, later]), 1_000_000)).toMatchObject({ text: "canary is baking", at: 1_040_000 });
  });

  it("is what keeps the clock from counting", () => {
    const wave = aWave(0, "canary", {
      state: "baking",
      counts: counts({ succeeded: 4 }),
      readings: [bake(20_000, "1 of 4 hosts are not reporting")],
    });
    const step = nextStep(aDetail("running", [wave, later]), 0);
    expect(step.text).toBe("canary is baking, but the clock stands: 1 of 4 hosts are not reporting.");
    expect(step.at).toBeUndefined();
  });

  it("is a person, where the gate asks for one", () => {
    const approval = { criterion: "approval", value: 0, threshold: 1, unit: "approvals", met: false } as const;
    const wave = aWave(0, "canary", {
      state: "baking",
      counts: counts({ succeeded: 4 }),
      gate: gate.parse({ approval: true }),
      readings: [approval],
    });
    expect(nextStep(aDetail("running", [wave, later]), 0)).toEqual({
      text: "canary is done and waits for approval.",
      after: "When its gate holds and someone approved, wave 2 opens: 40 hosts of everyone.",
    });
  });

  it("is nothing but a moment between two waves", () => {
    const wave = aWave(0, "canary", { state: "baking", counts: counts({ succeeded: 4 }) });
    expect(nextStep(aDetail("running", [wave, later]), 0).text).toBe("The next wave opens in a moment.");
    expect(nextStep(aDetail("running", [wave]), 0).text).toBe("It completes in a moment.");
    expect(nextStep(aDetail("running", [later]), 0).text).toBe("The next wave opens in a moment.");
  });
});

describe("what a rollout that stands still says", () => {
  it.each([
    ["planned", {}, "Starts in a moment.", undefined],
    [
      "paused",
      { stateReason: "paused by ana: lunch" },
      "Paused by ana: lunch.",
      "Nothing is offered and no host switches until someone resumes it.",
    ],
    ["completed", { startedAt: 0, finishedAt: 192_000 }, "Every wave passed.", "It took 3 m 12 s."],
    ["superseded", {}, "A newer rollout took over.", undefined],
    ["aborted", { stateReason: "aborted by ana" }, "Aborted by ana.", "It ended where it stood: hosts keep what they run."],
  ] as const)("while it is %s", (state, more, text, after) => {
    const step = nextStep(aDetail(state, [later], more), 0);
    expect([step.text, step.after]).toEqual([text, after]);
  });

  it("tells after a trip whom it spared", () => {
    const tripped = aWave(0, "canary", { state: "tripped", counts: counts({ failed: 4 }) });
    const detail = aDetail("tripped", [tripped, later], { stateReason: "4 hosts failed, none is tolerated" });
    expect(nextStep(detail, 0)).toEqual({
      text: "4 hosts failed, none is tolerated.",
      after: "40 hosts of later waves were not touched and wait for your decision.",
    });
    expect(nextStep(aDetail("tripped", [tripped]), 0).after).toBe("No further wave is waiting.");
  });
});

describe("a wave", () => {
  it("says whom it takes and how far it is", () => {
    expect(selectorText({ selector: { kind: "percent", percent: 25 } })).toBe("25 % of hosts");
    expect(selectorText({ selector: { kind: "count", count: 1 } })).toBe("1 host");
    expect(waveProgress(later)).toBe("will take 40 hosts");
    expect(waveProgress(aWave(0, "a", { state: "open", counts: counts({ succeeded: 2, failed: 1, waiting: 1, excluded: 3 }) }))).toBe(
      "2 of 4 done, 1 failed, 3 excluded",
    );
  });

  it("does not turn while its rollout stands", () => {
    expect(waveLookIn({ state: "baking" }, { state: "running" })).toEqual({ status: "progressing", word: "Baking" });
    expect(waveLookIn({ state: "baking" }, { state: "paused" })).toEqual({ status: "paused", word: "Baking" });
    expect(waveLookIn({ state: "open" }, { state: "aborted" })).toEqual({ status: "unknown", word: "Open" });
    expect(waveLookIn({ state: "passed" }, { state: "paused" }).status).toBe("healthy");
    expect(gateMotion({ state: "baking" }, { state: "running" })).toBe("judged");
    expect(gateMotion({ state: "baking" }, { state: "paused" })).toBe("held");
    expect(gateMotion({ state: "tripped" }, { state: "tripped" })).toBe("tripped");
  });

  it("tells its gate before it opens, and what was reached after it passed", () => {
    const strict = { gate: gate.parse({ bakeMs: 300_000, approval: true }) };
    expect(gateSummary(strict, false)).toBe("100 % success · no failure · 5 m of baking · approval");
    expect(gateSummary(strict, true)).toBe("100 % success · no failure · 5 m of baking");
    expect(gateSummary({ gate: gate.parse({ successPercent: 95, failureBudget: 1, bakeMs: 0 }) }, false)).toBe(
      "95 % success · at most 1 failure",
    );
    expect(passedSummary(aWave(0, "a", { counts: counts({ succeeded: 4 }), bakedMs: 60_000, approvedBy: "user:ana" }))).toBe(
      "all 4 succeeded · baked 1 m · approved by ana",
    );
    expect(passedSummary(aWave(0, "a", { counts: counts({ succeeded: 19, failed: 1 }) }))).toBe("19 of 20 succeeded");
    expect(passedSummary(aWave(0, "a"))).toBe("no host took part");
  });
});

describe("the hosts of a wave", () => {
  const rows = [
    aMember("edge-10", "succeeded"),
    aMember("edge-2", "waiting"),
    aMember("edge-9", "excluded", { reason: "pinned to 1.0.0" }),
    aMember("edge-1", "failed", { reason: "exited with code 1", connection: "disconnected" }),
    aMember("edge-3", "updating", { phase: "downloading" }),
  ];

  it("stand with what needs eyes first, then by name", () => {
    expect(sortMembers([...rows, aMember("edge-2", "succeeded")]).map((row) => `${row.hostName} ${row.state}`)).toEqual([
      "edge-1 failed",
      "edge-3 updating",
      "edge-2 waiting",
      "edge-2 succeeded",
      "edge-10 succeeded",
      "edge-9 excluded",
    ]);
    expect(notableMembers(rows).map((row) => row.hostName)).toEqual(["edge-1", "edge-3", "edge-9"]);
  });

  it("say in words what their dot says", () => {
    expect(rows.map(memberText)).toEqual([
      "edge-10: succeeded",
      "edge-2: waiting",
      "edge-9: excluded: pinned to 1.0.0",
      "edge-1: failed, disconnected: exited with code 1",
      "edge-3: updating, downloading",
    ]);
  });

  it("count together over all waves, with those that have not opened as waiting", () => {
    const open = aWave(0, "canary", { state: "open", counts: counts({ succeeded: 2, failed: 1 }) });
    expect(overallCounts([open, later])).toEqual(counts({ succeeded: 2, failed: 1, waiting: 40 }));
  });

  it("have names in the timeline, as the rollout and its waves have", () => {
    const nameOf = subjectNames(aDetail("running", [aWave(0, "canary", { members: rows })]));
    expect([nameOf("rollout:r1"), nameOf("wave:wave-0"), nameOf("host:edge-1"), nameOf("host:other")]).toEqual([
      "Gateway 1.5.0",
      "canary",
      "edge-1",
      undefined,
    ]);
  });
});

describe("what a rollout changes", () => {
  it("is told once for the groups that change alike", () => {
    const target = (groupName: string, fromVersion: string | undefined) => ({
      applicationId: "a",
      applicationName: "Gateway",
      groupName,
      fromVersion,
      toVersion: "1.5.0",
      toReleaseId: "r",
    });
    // Why the cast: only what is read is told.
    const targets = [target("canary", "1.4.2"), target("early", "1.4.2"), target("new", undefined)] as unknown as RolloutRow["targets"];
    expect(changesOf(targets).map((change) => [change.from, change.to, change.groups])).toEqual([
      ["1.4.2", "1.5.0", ["canary", "early"]],
      [undefined, "1.5.0", ["new"]],
    ]);
  });
});
