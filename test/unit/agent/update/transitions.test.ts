import { describe, expect, it } from "vitest";
import * as transitions from "#main/agent/update/transitions.ts";
import { journal as journalSchema } from "#main/agent/update/journal.ts";
import { toRunningRelease } from "#main/agent/update/release-identity.ts";
import { A_FAILURE, aGrant, aJournal, aTarget } from "./journal-builder.ts";

const one = aTarget("1.0.0");
const two = aTarget("2.0.0");
const grantId = aGrant();
const healthyOne = aJournal({ serving: { state: "healthy", release: toRunningRelease(one) } });
const candidate = { state: "staged", target: two, grantId } as const;

const inProbation = transitions.beginProbation(transitions.beginSwitch({ ...healthyOne, candidate }, candidate, 1), 2);

describe("the life of an update", () => {
  it("notes each phase for its report, with grant and time", () => {
    const begun = transitions.beginCandidate(healthyOne, two, grantId, false, 5);
    expect(begun.candidate).toEqual({ state: "downloading", target: two, grantId });
    expect(begun.unreported).toMatchObject([{ phase: "downloading", grantId, at: 5, release: { version: "2.0.0" } }]);
  });

  it("enters at verification when the slot is here", () => {
    expect(transitions.beginCandidate(healthyOne, two, grantId, true, 5).candidate?.state).toBe("verifying");
  });

  it("remembers what was staged, proven only after it has passed once", () => {
    const staged = transitions.stageCandidate(healthyOne, { ...candidate, state: "verifying" }, 7);
    expect(staged.installed).toMatchObject([{ version: "2.0.0", proven: false, usedAt: 7 }]);
    const settled = transitions.settle({ ...inProbation, installed: staged.installed }, 9);
    expect(settled.serving).toEqual({ state: "healthy", release: expect.objectContaining({ version: "2.0.0" }) as unknown });
    expect(settled.installed).toMatchObject([{ version: "2.0.0", proven: true, usedAt: 9 }]);
    expect(settled.outcome).toMatchObject({ phase: "healthy", grantId });
  });

  it("forgets a damaged slot, so that it is not looked for there again", () => {
    const installed = [{ ...toRunningRelease(two), proven: true, usedAt: 1 }];
    const again = transitions.refetchCandidate({ ...healthyOne, installed }, candidate, 7);
    expect(again).toMatchObject({ installed: [], candidate: { state: "downloading" } });
  });

  it("spends the grant with the switch, so that nothing begins under it again", () => {
    expect(inProbation.spentGrants).toEqual([grantId]);
  });

  it("goes back to the version before and keeps the bad one out", () => {
    const reverting = transitions.beginRevert(inProbation, A_FAILURE, 3);
    const reverted = transitions.endRevert(reverting, 4, 100);
    expect(reverted.serving).toMatchObject({ state: "healthy", release: { version: "1.0.0" } });
    expect(reverted.outcome).toMatchObject({ phase: "reverted", failure: A_FAILURE, release: { version: "2.0.0" } });
    expect(reverted.quarantine).toMatchObject([
      { releaseId: two.releaseId, digest: two.digest, reason: A_FAILURE.message, expiresAt: 104 },
    ]);
    expect(reverted.unreported.map(({ phase }) => phase)).toEqual(["switching", "probation", "reverting", "reverted"]);
  });

  it("does not keep a release out whose files the disk lost", () => {
    const reverting = transitions.beginRevert(inProbation, { cause: "disk", message: "gone" }, 3);
    const reverted = transitions.endRevert(reverting, 4, 100);
    expect(reverted.serving).toMatchObject({ state: "healthy", release: { version: "1.0.0" } });
    expect(reverted.quarantine).toEqual([]);
  });

  it("has nothing to go back to on a first install: it fails and nothing serves", () => {
    const first = transitions.beginProbation(transitions.beginSwitch(aJournal({ candidate }), candidate, 1), 2);
    const ended = transitions.endRevert(transitions.beginRevert(first, A_FAILURE, 3), 4, 100);
    expect(ended.serving).toEqual({ state: "nothing" });
    expect(ended.outcome).toMatchObject({ phase: "failed" });
  });

  it("falls back, from a switch in mid-probation, to what was last known to be good", () => {
    const three = { ...candidate, target: aTarget("3.0.0") };
    const again = transitions.beginSwitch(inProbation, three, 5);
    expect(again.serving).toMatchObject({ state: "switching", fallback: { version: "1.0.0" } });
    const back = transitions.beginSwitch(inProbation, { ...candidate, target: one }, 5);
    expect(back.serving).toMatchObject({ state: "switching", to: { version: "1.0.0" }, fallback: { version: "2.0.0" } });
  });

  it("counts crashes in probation only", () => {
    expect(transitions.countCrash(transitions.countCrash(inProbation)).serving).toMatchObject({ crashes: 2 });
    expect(transitions.countCrash(healthyOne)).toBe(healthyOne);
  });

  it("writes nothing that its own schema would refuse to read", () => {
    for (const one of [healthyOne, inProbation, transitions.beginRevert(inProbation, A_FAILURE, 3)]) {
      expect(journalSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
    }
  });
});
