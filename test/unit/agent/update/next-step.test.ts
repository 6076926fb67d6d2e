import { describe, expect, it } from "vitest";
import { nextStep } from "#main/agent/update/next-step.ts";
import { A_FAILURE, aGrant, aJournal, aTarget, someFacts } from "./journal-builder.ts";

const one = aTarget("1.0.0");
const two = aTarget("2.0.0");
const grantId = aGrant();
const live = { target: two, grant: { grantId, live: true } };
const healthyOne = { state: "healthy", release: one } as const;

describe("the planner with nothing under way", () => {
  it("begins a release that is wanted under a live grant", () => {
    expect(nextStep(aJournal({ serving: healthyOne }), someFacts({ desired: live }))).toEqual({ kind: "begin", target: two, grantId });
  });

  it("leaves an application alone that no document names, or that is held without a grant", () => {
    expect(nextStep(aJournal({ serving: healthyOne }), someFacts())).toEqual({ kind: "rest" });
    expect(nextStep(aJournal({ serving: healthyOne }), someFacts({ desired: { target: two } }))).toEqual({ kind: "rest" });
  });

  it("begins nothing under a lease that has run out, and nothing twice under one grant", () => {
    const late = { target: two, grant: { grantId, live: false } };
    expect(nextStep(aJournal({ serving: healthyOne }), someFacts({ desired: late }))).toEqual({ kind: "rest" });
    expect(nextStep(aJournal({ serving: healthyOne, spentGrants: [grantId] }), someFacts({ desired: live }))).toEqual({ kind: "rest" });
  });

  it("answers a grant for what serves already without touching it", () => {
    const desired = { target: one, grant: { grantId, live: true } };
    expect(nextStep(aJournal({ serving: healthyOne }), someFacts({ desired }))).toEqual({ kind: "answer", target: one, grantId });
  });

  it("refuses a quarantined release although it is wanted, until the quarantine expires", () => {
    const quarantine = [{ releaseId: two.releaseId, digest: two.digest, reason: "it crashed", at: 1, expiresAt: 2_000_000 }];
    const journal = aJournal({ serving: healthyOne, quarantine });
    expect(nextStep(journal, someFacts({ desired: live }))).toMatchObject({ kind: "answer", failure: { cause: "quarantined" } });
    expect(nextStep(journal, someFacts({ desired: live, now: 2_000_000 }))).toMatchObject({ kind: "begin" });
  });

  it("installs other bytes of a quarantined release: the digest is part of what was bad", () => {
    const quarantine = [{ releaseId: two.releaseId, digest: one.digest, reason: "it crashed", at: 1 }];
    expect(nextStep(aJournal({ serving: healthyOne, quarantine }), someFacts({ desired: live }))).toMatchObject({ kind: "begin" });
  });
});

describe("the planner with a candidate", () => {
  const candidate = { state: "downloading", target: two, grantId } as const;
  const journal = aJournal({ serving: healthyOne, candidate });

  it("goes through download, verification and staging as the work ends", () => {
    expect(nextStep(journal, someFacts({ desired: live }))).toEqual({ kind: "prepare", candidate });
    expect(nextStep(journal, someFacts({ desired: live, preparation: "running" }))).toEqual({ kind: "rest" });
    const verifying = { ...candidate, state: "verifying" } as const;
    expect(nextStep(journal, someFacts({ desired: live, preparation: { kind: "downloaded" } }))).toEqual({
      kind: "enter",
      candidate: verifying,
    });
    const verified = someFacts({ desired: live, preparation: { kind: "verified" } });
    expect(nextStep({ ...journal, candidate: verifying }, verified)).toEqual({ kind: "stage", candidate: verifying });
  });

  it("goes back to the download when a kept slot turned out to be damaged", () => {
    const verifying = { ...journal, candidate: { ...candidate, state: "verifying" } as const };
    const missing = someFacts({ desired: live, preparation: { kind: "bytes-missing" } });
    expect(nextStep(verifying, missing)).toEqual({ kind: "refetch", candidate: verifying.candidate });
  });

  it("switches only with a go for its own grant", () => {
    const staged = { ...journal, candidate: { ...candidate, state: "staged" } as const };
    expect(nextStep(staged, someFacts({ desired: live }))).toEqual({ kind: "rest" });
    expect(nextStep(staged, someFacts({ desired: live, goes: [aGrant()] }))).toEqual({ kind: "rest" });
    expect(nextStep(staged, someFacts({ desired: live, goes: [grantId] }))).toMatchObject({ kind: "switch" });
  });

  it("asks for no more bytes after a restart when the lease has run out, but verifies what is here", () => {
    const late = { target: two, grant: { grantId, live: false } };
    expect(nextStep(journal, someFacts({ desired: late }))).toMatchObject({ kind: "end", phase: "idle", failure: { cause: "lease" } });
    const verifying = { ...journal, candidate: { ...candidate, state: "verifying" } as const };
    expect(nextStep(verifying, someFacts({ desired: late }))).toMatchObject({ kind: "prepare" });
  });

  it("drops it when another release is wanted, or none", () => {
    expect(nextStep(journal, someFacts({ desired: { target: one } }))).toEqual({ kind: "drop" });
    expect(nextStep(journal, someFacts())).toEqual({ kind: "drop" });
  });

  it("goes on under a new grant for the same release instead of beginning anew", () => {
    const next = aGrant();
    const desired = { target: two, grant: { grantId: next, live: true } };
    expect(nextStep(journal, someFacts({ desired, preparation: "running" }))).toEqual({
      kind: "enter",
      candidate: { ...candidate, grantId: next },
    });
  });

  it("ends with the failure of its work, blaming the release or not", () => {
    const failed = someFacts({ desired: live, preparation: { kind: "failed", failure: A_FAILURE } });
    expect(nextStep(journal, failed)).toEqual({ kind: "end", phase: "failed", failure: A_FAILURE });
    const stopped = someFacts({ desired: live, preparation: { kind: "stopped", failure: A_FAILURE } });
    expect(nextStep(journal, stopped)).toEqual({ kind: "end", phase: "idle", failure: A_FAILURE });
  });

  it("drops a candidate that a revert has brought back by itself", () => {
    const staged = aJournal({ serving: healthyOne, candidate: { state: "staged", target: one, grantId } });
    const desired = { target: one, grant: { grantId, live: true } };
    expect(nextStep(staged, someFacts({ desired, goes: [grantId] }))).toEqual({ kind: "drop" });
  });
});

describe("the planner and what serves", () => {
  const probation = { state: "probation", release: two, grantId, fallback: one, crashes: 0 } as const;

  it("finishes a switch or a revert before anything else", () => {
    const candidate = { state: "staged", target: one, grantId } as const;
    const switching = { state: "switching", to: two, grantId } as const;
    expect(nextStep(aJournal({ serving: switching, candidate }), someFacts({ desired: live }))).toEqual({
      kind: "complete-switch",
      serving: switching,
    });
    const reverting = { state: "reverting", bad: two, grantId, failure: A_FAILURE } as const;
    expect(nextStep(aJournal({ serving: reverting }), someFacts())).toEqual({ kind: "complete-revert", serving: reverting });
  });

  it("starts what is to serve when nothing is supervised, as after a restart", () => {
    expect(nextStep(aJournal({ serving: healthyOne }), someFacts({ supervised: false, desired: live }))).toEqual({ kind: "serve" });
    expect(nextStep(aJournal({ serving: probation }), someFacts({ supervised: false }))).toEqual({ kind: "serve" });
  });

  it("follows the verdict of a probation", () => {
    const journal = aJournal({ serving: probation });
    expect(nextStep(journal, someFacts({ verdict: { verdict: "pending", againInMs: 5 } }))).toEqual({ kind: "rest" });
    expect(nextStep(journal, someFacts({ verdict: { verdict: "passed" } }))).toEqual({ kind: "settle" });
    expect(nextStep(journal, someFacts({ verdict: { verdict: "failed", failure: A_FAILURE } }))).toEqual({
      kind: "revert",
      failure: A_FAILURE,
    });
  });

  it("prepares a rollback while the version that it replaces is still in its probation", () => {
    const desired = { target: one, grant: { grantId: aGrant(), live: true } };
    expect(nextStep(aJournal({ serving: probation }), someFacts({ desired, verdict: { verdict: "pending", againInMs: 5 } }))).toMatchObject(
      { kind: "begin", target: one },
    );
  });

  it("takes no further grant for the version in probation until its verdict", () => {
    const desired = { target: two, grant: { grantId: aGrant(), live: true } };
    expect(nextStep(aJournal({ serving: probation }), someFacts({ desired }))).toEqual({ kind: "rest" });
  });
});
