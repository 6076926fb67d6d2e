import { describe, expect, it } from "vitest";
import { advance, type RolloutEvidence } from "#shared/domain/rollout/advance.ts";
import { nextJudgementAt } from "#shared/domain/rollout/next-judgement.ts";
import { aGate, aGrantId, aMember, aReport, aWave, aWaveId, digestOf } from "#test/builders/rollout-facts.ts";

const NOW = 1_000_000;
const clock = { now: NOW, runningSince: 0, freshMs: 60_000 };
const rollout = (change: Partial<RolloutEvidence>): RolloutEvidence => ({
  rollout: { kind: "update", state: "running" },
  waves: [aWave(0), aWave(1)],
  members: [],
  obstacle: undefined,
  ...change,
});
const well = aMember(1, { state: "succeeded", report: aReport({ at: NOW }) });
const baking = aWave(0, { state: "baking", bakedMs: 10_000, bakeJudgedAt: NOW - 5_000 });
const kinds = (evidence: RolloutEvidence, at = clock): readonly string[] => advance(evidence, at).map((step) => step.kind);

describe("advancing a rollout", () => {
  it("opens the first wave, and only that", () => {
    expect(advance(rollout({}), clock)).toEqual([{ kind: "open", waveId: aWaveId(0) }]);
  });

  it("opens all waves of a rollback at once", () => {
    expect(kinds(rollout({ rollout: { kind: "rollback", state: "running" } }))).toEqual(["open", "open"]);
  });

  it("begins to bake when the last member has finished", () => {
    const waves = [aWave(0, { state: "open" }), aWave(1)];
    expect(kinds(rollout({ waves, members: [aMember(1, { report: aReport() }), aMember(2)] }))).toEqual(["member"]);
    expect(kinds(rollout({ waves, members: [aMember(1, { report: aReport() })] }))).toEqual(["member", "bake"]);
  });

  it("credits the time up to the oldest of the last reports", () => {
    const members = [well, aMember(2, { state: "succeeded", report: aReport({ at: NOW - 2_000 }) })];
    expect(advance(rollout({ waves: [baking, aWave(1)], members }), clock)).toEqual([
      { kind: "credit", waveId: aWaveId(0), bakedMs: 13_000, bakeJudgedAt: NOW - 2_000 },
    ]);
  });

  it("credits nothing while a host is silent, and never makes up for it", () => {
    const members = [well, aMember(2, { state: "succeeded", report: aReport({ at: NOW - 61_000 }) })];
    expect(advance(rollout({ waves: [baking, aWave(1)], members }), clock)).toEqual([
      { kind: "credit", waveId: aWaveId(0), bakedMs: 10_000, bakeJudgedAt: NOW },
    ]);
  });

  it("credits nothing for an hour in which the control plane stood still", () => {
    const stopped = { ...baking, bakeJudgedAt: NOW - 3_600_000 };
    const restarted = { ...clock, runningSince: NOW - 1_000 };
    expect(advance(rollout({ waves: [stopped, aWave(1)], members: [well] }), restarted)).toMatchObject([
      { kind: "credit", bakedMs: 11_000 },
    ]);
    expect(
      advance(rollout({ waves: [stopped, aWave(1)], members: [{ ...well, report: aReport({ at: NOW - 2_000 }) }] }), restarted),
    ).toMatchObject([{ kind: "credit", bakedMs: 10_000 }]);
  });

  it("credits nothing while a host is unwell", () => {
    const members = [well, aMember(2, { state: "succeeded", report: aReport({ healthy: false, unwellSince: NOW - 1_000 }) })];
    expect(advance(rollout({ waves: [baking, aWave(1)], members }), clock)).toMatchObject([{ kind: "credit", bakedMs: 10_000 }]);
  });

  it("passes a wave that has baked, then opens the next, then completes", () => {
    const done = { ...baking, bakedMs: 60_000 };
    expect(kinds(rollout({ waves: [done, aWave(1)], members: [well] }))).toEqual(["pass"]);
    expect(kinds(rollout({ waves: [aWave(0, { state: "passed" }), aWave(1)] }))).toEqual(["open"]);
    expect(kinds(rollout({ waves: [aWave(0, { state: "passed" }), aWave(1, { state: "passed" })] }))).toEqual(["complete"]);
  });

  it("does not pass in the morning what had baked in the evening, before its hosts report again", () => {
    const done = { ...baking, bakedMs: 60_000, gate: aGate({ approval: true }), approvedBy: "user:ada" };
    const morning = { ...clock, runningSince: NOW - 1_000 };
    expect(
      kinds(rollout({ waves: [done, aWave(1)], members: [{ ...well, report: aReport({ at: NOW - 9_000 }) }] }), morning),
    ).not.toContain("pass");
    expect(kinds(rollout({ waves: [done, aWave(1)], members: [well] }), morning)).toEqual(["pass"]);
  });

  it("trips at once beyond the budget", () => {
    const waves = [aWave(0, { state: "open" }), aWave(1)];
    expect(advance(rollout({ waves, members: [aMember(1, { quarantined: true }), aMember(2)] }), clock).at(-1)).toEqual({
      kind: "trip",
      waveId: aWaveId(0),
      reason: "1 host failed, none is tolerated",
    });
  });

  it("trips a baking wave when a host that had succeeded comes down again", () => {
    expect(
      kinds(rollout({ waves: [baking, aWave(1)], members: [{ ...well, report: aReport({ healthy: false, unwellSince: 0 }) }] })),
    ).toEqual(["member", "trip"]);
  });

  it("trips when the release is blocked, even between two waves", () => {
    expect(advance(rollout({ waves: [aWave(0, { state: "passed" }), aWave(1)], obstacle: "1.2.0 is blocked" }), clock)).toEqual([
      { kind: "trip", waveId: undefined, reason: "1.2.0 is blocked" },
    ]);
  });

  it("asks for an approval once, when only that is missing", () => {
    const almost = { ...baking, bakedMs: 56_000, gate: aGate({ approval: true }) };
    expect(kinds(rollout({ waves: [almost, aWave(1)], members: [well] }))).toEqual(["credit", "await-approval"]);
    const asked = { ...almost, bakedMs: 61_000, bakeJudgedAt: NOW };
    expect(kinds(rollout({ waves: [asked, aWave(1)], members: [well] }))).toEqual([]);
    expect(kinds(rollout({ waves: [{ ...asked, approvedBy: "user:ada" }, aWave(1)], members: [well] }))).toEqual(["pass"]);
  });

  it("notes what hosts report while it is paused, and moves nothing", () => {
    const waves = [aWave(0, { state: "open" }), aWave(1)];
    expect(kinds(rollout({ rollout: { kind: "update", state: "paused" }, waves, members: [aMember(1, { quarantined: true })] }))).toEqual([
      "member",
    ]);
  });

  it.each(["completed", "superseded", "aborted", "planned"] as const)("does nothing once it is %s", (state) => {
    expect(advance(rollout({ rollout: { kind: "update", state } }), clock)).toEqual([]);
  });
});

describe("the next judgement", () => {
  it("comes when the first lease or silence ends", () => {
    const lease = { grantId: aGrantId(1), state: "active", issuedAt: NOW, expiresAt: NOW + 600_000 } as const;
    const members = [
      aMember(1, { heardAt: NOW - 100_000, updatedAt: NOW - 200_000, report: aReport({ digest: digestOf(1) }) }),
      aMember(2, { state: "updating", attempt: lease }),
    ];
    expect(nextJudgementAt(rollout({ waves: [aWave(0, { state: "open" })], members }), clock)).toBe(NOW + 500_000);
  });

  it("comes often enough to notice silence while a wave bakes", () => {
    expect(nextJudgementAt(rollout({ waves: [baking], members: [well] }), clock)).toBe(NOW + 60_000);
  });

  it("comes soon when a host that had succeeded is unwell", () => {
    const unwell = { ...well, report: aReport({ at: NOW, healthy: false, unwellSince: NOW - 1_000 }) };
    expect(nextJudgementAt(rollout({ waves: [baking], members: [unwell] }), clock)).toBe(NOW + 2_000);
  });

  it("never comes by itself when only people can move it", () => {
    const members = [aMember(1, { offering: false })];
    expect(
      nextJudgementAt(rollout({ rollout: { kind: "update", state: "paused" }, waves: [aWave(0, { state: "open" })], members }), clock),
    ).toBeUndefined();
  });

  it("never comes for a rollout that is over", () => {
    const over = rollout({ rollout: { kind: "update", state: "aborted" }, waves: [aWave(0, { state: "open" })], members: [aMember(1)] });
    expect(nextJudgementAt(over, clock)).toBeUndefined();
  });
});
