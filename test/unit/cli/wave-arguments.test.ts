import { describe, expect, it } from "vitest";
import { parseDuration } from "#main/cli/arguments.ts";
import { bar, table } from "#main/cli/output.ts";
import { gateFrom, wavesFrom } from "#main/cli/wave-arguments.ts";
import { anEmptyFleet, anEmptyGroup } from "#test/builders/empty-fleet.ts";

const fleet = anEmptyFleet(["canary", "early", "everyone"].map((name, position) => anEmptyGroup(name, position)));
const given = (values: Record<string, string | boolean>) => ({ values, positionals: [] });

describe("planning waves from the command line", () => {
  it("takes every group whole, in the fleet's order, when nothing is said", () => {
    expect(wavesFrom(fleet, given({})).map((wave) => [wave.groupId, wave.selector.kind])).toEqual(
      fleet.groups.map((one) => [one.id, "all"]),
    );
  });

  it("reads groups, percentages and counts", () => {
    const waves = wavesFrom(fleet, given({ waves: "canary, early:25%,early,everyone:3" }));
    expect(waves.map((wave) => wave.selector)).toEqual([
      { kind: "all" },
      { kind: "percent", percent: 25 },
      { kind: "all" },
      { kind: "count", count: 3 },
    ]);
    expect(waves.map((wave) => wave.groupId)).toEqual([fleet.groups[0]?.id, fleet.groups[1]?.id, fleet.groups[1]?.id, fleet.groups[2]?.id]);
  });

  it.each(["nobody", "early:", "early:x%", "early:5%%", ""])("refuses %j and says which groups there are", (waves) => {
    expect(() => wavesFrom(fleet, given({ waves }))).toThrow("Groups: canary, early, everyone");
  });

  it("lays the gate's options over its defaults", () => {
    expect(gateFrom(given({ bake: "10m", failures: "2", approval: true }))).toEqual({
      successPercent: 100,
      failureBudget: 2,
      minimumSample: 1,
      bakeMs: 600_000,
      approval: true,
    });
    expect(() => gateFrom(given({ success: "101" }))).toThrow("from 0 to 100");
  });
});

describe("words of the command line", () => {
  it.each([
    ["90s", 90_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    ["1d", 86_400_000],
  ])("reads the duration %s", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["10", "ten minutes", "-5s", "5 s", ""])("refuses the duration %j", (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
  });

  it("aligns tables and draws bars within their width", () => {
    expect(table(["A", "LONG"], [["first", "1"]], "none")).toEqual(["A      LONG", "first  1"]);
    expect(table(["A"], [], "none")).toEqual(["none"]);
    expect(bar(0.5, 4)).toBe("[##--]  50 %");
    expect(bar(7, 4)).toBe("[####] 100 %");
  });
});
