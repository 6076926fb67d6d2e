import { describe, expect, it } from "vitest";
import { addAttempt, dropForgotten, MAX_ATTEMPTS, newAttempt, notePhase, type Attempt } from "#main/agent/ipc/attempt.ts";
import { emptyJournal, type Journal, type PhaseNote } from "#main/agent/update/journal.ts";
import { applicationId, grantId, releaseId } from "#shared/lib/ids.ts";

const id = (last: number): string => `5f4c1c62-5a0b-4a0e-9a57-0c4d8a1c${String(last).padStart(4, "0")}`;
const grant = (last: number) => grantId.parse(id(last));
const release = (version: string) => ({
  releaseId: releaseId.parse(id(version.length)),
  version,
  digest: version.replaceAll(/\D/g, "").padEnd(64, "0"),
});
const ONE = release("1.0.0");
const TWO = release("2.0.0");
const note = (phase: PhaseNote["phase"], of = TWO, by = 1, at = 10): PhaseNote => ({ phase, release: of, grantId: grant(by), at });
const after = (...notes: readonly PhaseNote[]): readonly Attempt[] =>
  notes.reduce<readonly Attempt[]>((attempts, one) => notePhase(attempts, one, ONE), []);
const JOURNAL: Journal = {
  ...emptyJournal({ applicationId: applicationId.parse(id(9000)), productId: "org.example.web" }),
  serving: { state: "healthy", release: ONE },
};

describe("an attempt", () => {
  it("begins with its first phase, ends with its outcome, and does not change any more", () => {
    const [healthy] = after(note("downloading"), note("staged"), note("switching"), note("probation"), note("healthy", TWO, 1, 99));
    expect(healthy).toMatchObject({
      kind: "update",
      by: "authority",
      from: ONE,
      release: TWO,
      startedAt: 10,
      outcome: "healthy",
      endedAt: 99,
    });
    const again = after(note("downloading"), note("failed"), note("healthy"));
    expect(again).toMatchObject([{ outcome: "failed" }]);
    expect(after(note("downloading"), note("idle"))).toMatchObject([{ outcome: "stopped" }]);
    expect(after(note("probation"), note("reverting"))[0]?.outcome).toBeUndefined();
    expect(after(note("probation"), note("reverted"))).toMatchObject([{ outcome: "reverted" }]);
  });

  it("is told twice and counted once, as after a kill", () => {
    const notes = [note("downloading"), note("staged"), note("healthy")];
    expect(after(...notes, ...notes)).toEqual(after(...notes));
  });

  it("goes on under a later grant for the same release, and is found by either", () => {
    const [one, ...others] = after(note("downloading", TWO, 1), note("staged", TWO, 2), note("healthy", TWO, 2));
    expect(others).toEqual([]);
    expect(one).toMatchObject({ attemptId: grant(1), grantIds: [grant(1), grant(2)], outcome: "healthy" });
  });

  it("is a rollback when it goes down, whoever wants it", () => {
    expect(newAttempt(grant(1), "authority", ONE, TWO, 0).kind).toBe("rollback");
    expect(newAttempt(grant(1), "authority", TWO, ONE, 0).kind).toBe("update");
    expect(newAttempt(grant(1), "authority", ONE, undefined, 0).kind).toBe("update");
  });

  it("gives way when nothing speaks of it any more", () => {
    const open = after(note("downloading"));
    const candidate = { state: "downloading" as const, target: { ...TWO, sizeBytes: 1 }, grantId: grant(1) };
    expect(dropForgotten(open, { ...JOURNAL, candidate }, undefined, 50)).toBe(open);
    expect(dropForgotten(open, { ...JOURNAL, unreported: [note("failed")] }, undefined, 50)).toBe(open);
    expect(dropForgotten(open, JOURNAL, undefined, 50)).toMatchObject([{ outcome: "superseded", endedAt: 50 }]);
  });

  it("waits as an order until it is begun, or a newer one takes its place", () => {
    const order = (by: number): Attempt => ({ ...newAttempt(grant(by), "application", TWO, ONE, 0), order: { ...TWO, sizeBytes: 1 } });
    const both = addAttempt([order(1)], order(2));
    expect(dropForgotten(both, JOURNAL, undefined, 50).map((one) => one.outcome)).toEqual(["superseded", undefined]);
    expect(dropForgotten([order(2)], { ...JOURNAL, spentGrants: [grant(2)] }, undefined, 50)).toMatchObject([{ outcome: "superseded" }]);
  });

  it("is forgotten when there are too many after it", () => {
    const many = Array.from({ length: MAX_ATTEMPTS + 5 }, (_, index) => newAttempt(grant(index), "authority", TWO, ONE, index));
    const kept = many.reduce<readonly Attempt[]>((all, one) => addAttempt(all, one), []);
    expect(kept).toHaveLength(MAX_ATTEMPTS);
    expect(kept[0]?.startedAt).toBe(5);
  });
});
