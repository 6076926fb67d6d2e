import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countMembers, judgeGate, readGate, type GateEvidence } from "#shared/domain/rollout/gate-reading.ts";
import { aGate } from "#test/builders/rollout-facts.ts";

const counts = (change: Partial<GateEvidence["counts"]>): GateEvidence["counts"] => ({ ...countMembers([]), ...change });
const evidence = (change: Partial<GateEvidence>): GateEvidence => ({
  counts: counts({}),
  bakedMs: 0,
  approved: false,
  last: false,
  silent: 0,
  ...change,
});

describe("reading a gate", () => {
  it("shows each criterion against its threshold", () => {
    const readings = readGate(
      aGate({ successPercent: 90, minimumSample: 3, failureBudget: 1, bakeMs: 60_000, approval: true }),
      evidence({ counts: counts({ succeeded: 4, waiting: 1 }) }),
    );
    expect(readings).toEqual([
      { criterion: "success", value: 100, threshold: 90, unit: "percent", met: true },
      { criterion: "failures", value: 0, threshold: 1, unit: "hosts", met: true },
      { criterion: "sample", value: 4, threshold: 3, unit: "hosts", met: true },
      { criterion: "bake", value: 0, threshold: 60_000, unit: "ms", met: false, note: "begins when the last host has finished" },
      { criterion: "approval", value: 0, threshold: 1, unit: "approvals", met: false },
    ]);
  });

  it("says which hosts hold the bake up", () => {
    const readings = readGate(aGate(), evidence({ counts: counts({ succeeded: 5 }), silent: 2 }));
    expect(readings.find((reading) => reading.criterion === "bake")?.note).toBe("2 of 5 hosts are not reporting well");
  });

  it("needs all members of a wave that is smaller than the sample", () => {
    const gate = aGate({ minimumSample: 10, failureBudget: 5, successPercent: 60 });
    expect(judgeGate(gate, evidence({ counts: counts({ succeeded: 1, failed: 1, waiting: 1 }) })).verdict).toBe("undecided");
    expect(judgeGate(gate, evidence({ counts: counts({ succeeded: 1, failed: 2 }) })).verdict).toBe("tripped");
  });

  it("trips with the first failure beyond the budget, while others still update", () => {
    expect(judgeGate(aGate(), evidence({ counts: counts({ failed: 1, updating: 3 }) }))).toEqual({
      verdict: "tripped",
      reason: "1 host failed, none is tolerated",
    });
  });

  it("trips when the sample stands and too few succeeded", () => {
    const gate = aGate({ successPercent: 90, failureBudget: 10, minimumSample: 4 });
    expect(judgeGate(gate, evidence({ counts: counts({ succeeded: 3, failed: 1, waiting: 9 }) }))).toEqual({
      verdict: "tripped",
      reason: "75 % of 4 hosts succeeded, 90 % is required",
    });
  });

  it("waits for a person once everything else holds, and for nobody at the last wave", () => {
    const gate = aGate({ approval: true, bakeMs: 1000 });
    const baked = { counts: counts({ succeeded: 2 }), bakedMs: 1000 };
    expect(judgeGate(gate, evidence(baked)).verdict).toBe("approval");
    expect(judgeGate(gate, evidence({ ...baked, approved: true })).verdict).toBe("holds");
    expect(judgeGate(gate, evidence({ ...baked, last: true })).verdict).toBe("holds");
  });

  it("does not hold on yesterday's news, however long it baked", () => {
    expect(judgeGate(aGate({ bakeMs: 1000 }), evidence({ counts: counts({ succeeded: 2 }), bakedMs: 5000, silent: 1 })).verdict).toBe(
      "undecided",
    );
  });

  it("lets a wave without members through, since nothing there can prove anything", () => {
    expect(judgeGate(aGate({ bakeMs: 60_000 }), evidence({ counts: counts({ excluded: 4 }) })).verdict).toBe("holds");
  });

  it("holds exactly when every reading is met, and never when a member has yet to finish", () => {
    const small = fc.integer({ min: 0, max: 6 });
    const gates = fc.record({
      successPercent: fc.integer({ min: 0, max: 100 }),
      failureBudget: small,
      minimumSample: fc.integer({ min: 1, max: 8 }),
      bakeMs: fc.constantFrom(0, 1000),
      approval: fc.boolean(),
    });
    const members = fc.record({ waiting: small, updating: small, succeeded: small, failed: small, excluded: small });
    fc.assert(
      fc.property(gates, members, fc.constantFrom(0, 999, 1000), fc.boolean(), fc.boolean(), (gate, some, bakedMs, approved, last) => {
        const facts = evidence({ counts: some, bakedMs, approved, last });
        const verdict = judgeGate(gate, facts).verdict;
        expect(verdict === "holds").toBe(readGate(gate, facts).every((reading) => reading.met));
        expect(verdict === "holds" && some.waiting + some.updating > 0).toBe(false);
        expect(verdict !== "tripped" && some.failed > gate.failureBudget).toBe(false);
      }),
    );
  });
});
