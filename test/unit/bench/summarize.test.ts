import { describe, expect, it } from "vitest";
import type { BenchEntry, Budget } from "#test/bench/entry.ts";
import { exitCode, median, summarize } from "#test/bench/summarize.ts";
import { formatTable } from "#test/bench/table.ts";

const entry = (budget: Budget): Omit<BenchEntry, "measure"> => ({ name: "link/check-in", about: "x", unit: "1/s", budget, runs: 3 });
const atLeast: Budget = { of: "ratio", is: "at least", limit: 0.3, source: "design 11" };

describe("the median", () => {
  it("is the middle of an odd count and the mean of the middle two of an even one", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([])).toBeNaN();
  });
});

describe("a line of the bench report", () => {
  it("compares each run with its own yardstick before it takes the median", () => {
    const result = summarize(entry(atLeast), [
      { value: 40, yardstick: 100 },
      { value: 10, yardstick: 20 },
      { value: 3, yardstick: 30 },
    ]);
    expect(result).toEqual({
      name: "link/check-in",
      value: 10,
      unit: "1/s",
      yardstick: 30,
      ratio: 0.4,
      budget: "ratio at least 0.3",
      within: true,
    });
  });

  it("is not within a ratio that was never measured", () => {
    expect(summarize(entry(atLeast), [{ value: 1 }])).toMatchObject({ yardstick: null, ratio: null, within: false });
  });

  it("has no ratio to a yardstick of nothing", () => {
    expect(summarize(entry({ of: "record" }), [{ value: 0, yardstick: 0 }])).toMatchObject({ yardstick: 0, ratio: null });
  });

  it("keeps a limit on the value itself from both sides", () => {
    const atMost: Budget = { of: "value", is: "at most", limit: 1, source: "design 11" };
    expect(summarize(entry(atMost), [{ value: 1 }]).within).toBe(true);
    expect(summarize(entry(atMost), [{ value: 1.1 }]).within).toBe(false);
  });

  it("reads as a table in which a broken promise is loud", () => {
    const broken = summarize(entry(atLeast), [{ value: 1, yardstick: 10 }]);
    expect(formatTable([broken])).toBe(
      [
        "name           value  unit  yardstick  ratio  budget              within",
        "-------------  -----  ----  ---------  -----  ------------------  ------",
        "link/check-in      1  1/s          10    0.1  ratio at least 0.3  NO",
      ].join("\n"),
    );
  });
});

describe("the exit code of a run", () => {
  const [kept, missed, recorded] = [
    summarize(entry(atLeast), [{ value: 40, yardstick: 100 }]),
    summarize(entry(atLeast), [{ value: 10, yardstick: 100 }]),
    summarize(entry({ of: "record" }), [{ value: 1 }]),
  ];

  it("is 1 for a budget that is not kept, and for nothing else", () => {
    expect(exitCode([kept, recorded], [])).toBe(0);
    expect(exitCode([kept, missed], ["other"])).toBe(1);
    expect(exitCode([kept, recorded], ["other"])).toBe(2);
  });
});
