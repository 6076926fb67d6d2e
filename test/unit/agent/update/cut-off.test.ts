import { describe, expect, it } from "vitest";
import { withDeadMan, type Contact } from "#main/agent/update/cut-off.ts";
import type { Verdict } from "#main/agent/update/probation.ts";

const PASSED: Verdict = { verdict: "passed" };
const PENDING: Verdict = { verdict: "pending", againInMs: 9_000 };
const contact = (change: Partial<Contact> = {}): Contact => ({ wasReached: true, startedAtMs: 1_000, lastHeardMs: 900, ...change });

describe("the dead-man timer of an update", () => {
  it("reverts what has cut its host off, at its limit and not before", () => {
    expect(withDeadMan(PENDING, 3_000, contact(), 3_999)).toEqual({ verdict: "pending", againInMs: 1 });
    expect(withDeadMan(PENDING, 3_000, contact(), 4_000)).toMatchObject({ verdict: "failed", failure: { code: "CUT_OFF" } });
  });

  it("counts from the last word, so that an update that cuts later is found, too", () => {
    const later = contact({ lastHeardMs: 2_000 });
    expect(withDeadMan(PENDING, 3_000, later, 4_999)).toMatchObject({ verdict: "pending" });
    expect(withDeadMan(PENDING, 3_000, later, 5_000)).toMatchObject({ verdict: "failed" });
  });

  it("lets a version pass only after a word since the switch", () => {
    expect(withDeadMan(PASSED, 3_000, contact(), 2_000)).toMatchObject({ verdict: "pending" });
    expect(withDeadMan(PASSED, 3_000, contact({ lastHeardMs: 1_500 }), 2_000)).toEqual(PASSED);
  });

  it("asks for signs of life several times before it gives up", () => {
    expect(withDeadMan(PENDING, 3_000, contact(), 1_000)).toEqual({ verdict: "pending", againInMs: 1_000 });
  });

  it("proves nothing without a limit, or when nobody was there before", () => {
    expect(withDeadMan(PASSED, undefined, contact(), 90_000)).toEqual(PASSED);
    expect(withDeadMan(PENDING, 3_000, contact({ wasReached: false }), 90_000)).toEqual(PENDING);
  });

  it("leaves what has failed already as it is", () => {
    const failed: Verdict = { verdict: "failed", failure: { cause: "exit", message: "It crashed." } };
    expect(withDeadMan(failed, 3_000, contact(), 90_000)).toBe(failed);
  });
});
