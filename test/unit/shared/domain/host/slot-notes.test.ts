import { describe, expect, it } from "vitest";
import { slotNotes } from "#shared/domain/host/slot-notes.ts";

describe("what is worth knowing of how a host runs an application", () => {
  it("is nothing when all is as signed", () => {
    expect(slotNotes({})).toEqual([]);
  });

  it("is a sentence each for a run spec of its own, a hook that waits and a budget that is too small", () => {
    const waiting = { since: 1, attempts: 3, retryAt: 2, said: "backup runs" };
    expect(slotNotes({ ownRunSpec: true, waiting, overBudgetBytes: 3_000_000 })).toEqual([
      "Runs by the run spec of this host’s own file, which stands in place of the signed one.",
      "The new version waits for its hook, which said not now (asked 3 times): backup runs",
      "The versions that must stay take 3.0 MB more than the disk budget.",
    ]);
    expect(slotNotes({ waiting: { ...waiting, attempts: 1, said: "" } })).toEqual([
      "The new version waits for its hook, which said not now (asked once)",
    ]);
  });
});
