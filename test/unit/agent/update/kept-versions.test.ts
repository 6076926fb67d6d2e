import { describe, expect, it } from "vitest";
import type { Journal } from "#main/agent/update/journal.ts";
import { chooseKeptVersions, type KeepLimits } from "#main/agent/update/kept-versions.ts";
import { aGrant, aJournal, aTarget } from "./journal-builder.ts";

const installed = Array.from({ length: 8 }, (_, index) => ({ ...aTarget(`1.0.${index}`), proven: index !== 6, usedAt: index }));
const at = (index: number) => installed[index] ?? aTarget("0.0.0");

/** Every version takes ten bytes. */
function choose(journal: Journal, limits: Partial<KeepLimits> = {}) {
  const { keep, remove, overBudgetBytes } = chooseKeptVersions(journal, {
    keptSlots: 5,
    budgetBytes: undefined,
    incomingBytes: 0,
    sizeOf: () => 10,
    ...limits,
  });
  const names = (versions: typeof remove) => versions.map(({ version }) => version);
  return { keep: names(keep), remove: names(remove).toSorted(), overBudgetBytes };
}

const HEALTHY = aJournal({ installed, serving: { state: "healthy", release: at(7) } });

describe("the versions that stay on a disk", () => {
  it("are the serving one and those used last that have proved themselves", () => {
    expect(choose(HEALTHY)).toEqual({
      keep: ["1.0.2", "1.0.3", "1.0.4", "1.0.5", "1.0.7"],
      remove: ["1.0.0", "1.0.1", "1.0.6"],
      overBudgetBytes: 0,
    });
  });

  it("are above all those that a revert or a switch could still need", () => {
    const serving = { state: "probation", release: at(6), grantId: aGrant(), fallback: at(0), crashes: 0 } as const;
    const candidate = { state: "staged", target: at(1), grantId: aGrant() } as const;
    expect(choose(aJournal({ installed, serving, candidate })).keep).toEqual(["1.0.0", "1.0.1", "1.0.5", "1.0.6", "1.0.7"]);
  });

  it("are all of a few", () => {
    expect(choose(aJournal({ installed: installed.slice(0, 3) })).remove).toEqual([]);
  });

  it("are as many as the release says, the last one that was well always among them", () => {
    expect(choose(HEALTHY, { keptSlots: 3 }).keep).toEqual(["1.0.4", "1.0.5", "1.0.7"]);
    expect(choose(HEALTHY, { keptSlots: 2 }).keep).toEqual(["1.0.5", "1.0.7"]);
  });

  it("are no more than the disk budget allows, the oldest going first", () => {
    expect(choose(HEALTHY, { budgetBytes: 39 }).keep).toEqual(["1.0.4", "1.0.5", "1.0.7"]);
    expect(choose(HEALTHY, { budgetBytes: 40 }).keep).toEqual(["1.0.3", "1.0.4", "1.0.5", "1.0.7"]);
    // A small old one does not stay where a newer one had to go.
    const sizeOf = (one: { readonly version: string }) => (one.version === "1.0.4" ? 100 : 1);
    expect(choose(HEALTHY, { budgetBytes: 50, sizeOf }).keep).toEqual(["1.0.5", "1.0.7"]);
  });

  it("make room for the one that is on its way", () => {
    expect(choose(HEALTHY, { budgetBytes: 50, incomingBytes: 25 })).toMatchObject({ keep: ["1.0.5", "1.0.7"], overBudgetBytes: 0 });
  });

  it("stay although they are more than the budget when a revert could need them, and that is told", () => {
    expect(choose(HEALTHY, { budgetBytes: 15 })).toMatchObject({ keep: ["1.0.5", "1.0.7"], overBudgetBytes: 5 });
    expect(choose(HEALTHY, { budgetBytes: 15, incomingBytes: 7 }).overBudgetBytes).toBe(12);
  });
});
