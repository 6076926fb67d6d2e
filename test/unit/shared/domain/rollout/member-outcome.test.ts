import { describe, expect, it } from "vitest";
import { memberOutcome, type MemberAttempt, type MemberEvidence } from "#shared/domain/rollout/member-outcome.ts";
import { aGrantId, aMember, aReport, digestOf } from "#test/builders/rollout-facts.ts";

const NOW = 1_000_000;
const clock = { now: NOW, runningSince: 0, freshMs: 60_000 };
const attempt = (change: Partial<MemberAttempt> = {}): MemberAttempt => ({
  grantId: aGrantId(1),
  state: "active",
  issuedAt: NOW - 10_000,
  expiresAt: NOW + 590_000,
  ...change,
});
const old = aReport({ digest: digestOf(1), version: "1.1.0" });
const failed = (cause: string): Partial<MemberEvidence> => ({
  state: "updating",
  attempt: attempt(),
  report: { ...old, phase: "failed", grantId: aGrantId(1), failure: { cause, message: "it exited with code 1" } },
});

type Case = readonly [words: string, member: Partial<MemberEvidence>, expected: string | undefined, reason?: string];

const cases: readonly Case[] = [
  ["waits while nothing happens", {}, undefined],
  ["updates under a live lease", { attempt: attempt() }, "updating"],
  ["waits again when its grant was taken back", { state: "updating", attempt: attempt({ state: "revoked" }) }, "waiting"],
  ["succeeds when it reports the digest and is well", { report: aReport() }, "succeeded"],
  ["succeeds although its phase still speaks of a release that failed before", { report: aReport({ phase: "reverted" }) }, "succeeded"],
  ["has not succeeded during probation", { state: "updating", attempt: attempt(), report: aReport({ phase: "probation" }) }, undefined],
  ["has not succeeded while it is unwell", { state: "updating", attempt: attempt(), report: aReport({ healthy: false }) }, undefined],
  ["has not succeeded by yesterday's report", { report: aReport({ at: NOW - 70_000 }) }, undefined],
  ["fails when its attempt failed", failed("exit"), "failed", "it exited with code 1"],
  ["fails as soon as it begins to revert", { ...failed("probe"), report: { ...old, phase: "reverting", grantId: aGrantId(1) } }, "failed"],
  ["does not fail by the report of an earlier attempt", { ...failed("exit"), attempt: attempt({ grantId: aGrantId(2) }) }, undefined],
  ["does not fail because we halted it", failed("halted"), undefined],
  ["does not fail because its lease ran out on the way", failed("lease"), undefined],
  ["fails when it quarantines the release", { quarantined: true }, "failed", "the host quarantined the release"],
  [
    "fails when its time is over",
    { state: "updating", attempt: attempt({ issuedAt: NOW - 600_000, expiresAt: NOW }) },
    "failed",
    "did not finish within 10 m",
  ],
  ["fails by silence", { updatedAt: NOW - 700_000, heardAt: NOW - 600_000 }, "failed", "silent for 10 m"],
  ["is not silent before it had its time", { updatedAt: NOW - 599_000, heardAt: undefined }, undefined],
  ["is not silent while nobody offers anything", { updatedAt: NOW - 700_000, heardAt: NOW - 600_000, offering: false }, undefined],
  [
    "fails when it ran the release before its wave and never gets well on it",
    {
      updatedAt: NOW - 600_000,
      report: aReport({ healthy: false, unwellSince: NOW - 900_000, failure: { cause: "probe", message: "503" } }),
    },
    "failed",
    "runs the release, but has not been well for 10 m: 503",
  ],
  [
    "gets its whole time to become well on a release that it ran before its wave",
    { updatedAt: NOW - 599_000, report: aReport({ healthy: false, unwellSince: NOW - 900_000 }) },
    undefined,
  ],
  ["takes no part any longer after it left", { departure: "moved to early" }, "excluded", "moved to early"],
  ["stays failed whatever it reports later", { state: "failed", report: aReport() }, undefined],
  ["stays succeeded while it is well", { state: "succeeded", report: aReport() }, undefined],
  [
    "fails after success when it stays unwell",
    { state: "succeeded", report: aReport({ healthy: false, unwellSince: NOW - 3_000, failure: { cause: "probe", message: "503" } }) },
    "failed",
    "unwell after the update: 503",
  ],
  [
    "may miss a beat after success, as when its agent starts anew",
    { state: "succeeded", report: aReport({ healthy: false, unwellSince: NOW - 2_999 }) },
    undefined,
  ],
  [
    "fails after success when its process ended by itself, however quickly it runs again",
    { state: "succeeded", report: aReport({ restarts: 1, processStartedAt: NOW - 1_000 }) },
    "failed",
    "crashed after the update: its process ended by itself",
  ],
  ["may have crashed before it succeeded", { state: "succeeded", report: aReport({ restarts: 1, processStartedAt: 899_000 }) }, undefined],
  ["fails after success when it went back", { state: "succeeded", report: old }, "failed", "went back to 1.1.0"],
  [
    "fails after success when it falls silent",
    { state: "succeeded", report: aReport(), heardAt: NOW - 600_000, updatedAt: NOW - 700_000 },
    "failed",
    "after the update it was silent for 10 m",
  ],
  ["keeps its success when it is moved", { state: "succeeded", report: old, departure: "moved to early" }, undefined],
];

describe("a member of an open wave", () => {
  it.each(cases.map(([words, member, expected, reason]) => ({ words, member, expected, reason })))(
    "$words",
    ({ member, expected, reason }) => {
      const outcome = memberOutcome(aMember(1, member), clock);
      expect(outcome?.state).toBe(expected);
      expect(outcome?.reason).toBe(reason ?? outcome?.reason);
    },
  );

  it("gets its whole time again after the control plane stood still", () => {
    const restarted = { ...clock, runningSince: NOW - 1000 };
    const late = {
      state: "updating",
      attempt: attempt({ issuedAt: NOW - 3_600_000, expiresAt: NOW - 3_000_000, state: "expired" }),
    } as const;
    expect(memberOutcome(aMember(1, late), restarted)?.state).toBe("waiting");
    expect(memberOutcome(aMember(1, { heardAt: NOW - 3_600_000, updatedAt: 0 }), restarted)).toBeUndefined();
  });

  it("does not fail for waiting on a slot after its lease had ended during a stop", () => {
    const waited = aMember(1, { state: "waiting", attempt: attempt({ state: "expired", issuedAt: 0, expiresAt: 1 }) });
    expect(memberOutcome(waited, clock)).toBeUndefined();
  });
});
