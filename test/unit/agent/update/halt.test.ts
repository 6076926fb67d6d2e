import { describe, expect, it } from "vitest";
import { haltJournal } from "#main/agent/update/halt.ts";
import { aGrant, aJournal, aTarget } from "./journal-builder.ts";

const two = aTarget("2.0.0");
const grantId = aGrant();

describe("a halt", () => {
  it.each(["downloading", "verifying", "staged"] as const)("stops a candidate that is %s, without blaming the release", (state) => {
    const { journal, switching } = haltJournal(aJournal({ candidate: { state, target: two, grantId } }), "all", [grantId], 5);
    expect(journal.candidate).toBeUndefined();
    expect(journal.outcome).toMatchObject({ phase: "idle", failure: { cause: "halted" }, grantId });
    expect(journal.spentGrants).toEqual([grantId]);
    expect(switching).toEqual([]);
  });

  it("comes too late for a switch that has begun, and says so", () => {
    const serving = { state: "switching", to: two, grantId } as const;
    const before = aJournal({ serving, spentGrants: [grantId] });
    expect(haltJournal(before, [grantId], [], 5)).toEqual({ journal: before, switching: [grantId] });
  });

  it("touches only the grants that it names", () => {
    const before = aJournal({ candidate: { state: "staged", target: two, grantId } });
    expect(haltJournal(before, [aGrant()], [grantId], 5)).toEqual({ journal: before, switching: [] });
  });

  it("spends a grant that was offered and has not begun, so that it begins nothing afterwards", () => {
    expect(haltJournal(aJournal(), [grantId], [grantId], 5).journal.spentGrants).toEqual([grantId]);
  });
});
