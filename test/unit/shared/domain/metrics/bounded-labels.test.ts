import { describe, expect, it } from "vitest";
import { boundLabels } from "#shared/domain/metrics/bounded-labels.ts";
import { fetchedKind } from "#shared/domain/metrics/fetched-kind.ts";

describe("boundLabels", () => {
  it("keeps the first values of each label and adds up the rest", () => {
    const samples = ["a", "b", "c", "d", "a"].map((fleet) => ({ labels: { fleet, link: "connected" }, value: 1 }));
    expect(boundLabels(samples, 2)).toEqual([
      { labels: { fleet: "a", link: "connected" }, value: 2 },
      { labels: { fleet: "b", link: "connected" }, value: 1 },
      { labels: { fleet: "other", link: "connected" }, value: 2 },
    ]);
  });

  it("leaves what has no labels alone", () => {
    expect(boundLabels([{ labels: {}, value: 7 }])).toEqual([{ labels: {}, value: 7 }]);
  });
});

describe("fetchedKind", () => {
  it.each([
    [{ bytes: 0, deltas: 0 }, "kept"],
    [{ bytes: 100, deltas: 0 }, "whole"],
    [{ bytes: 100, deltas: 1 }, "delta"],
    [{ bytes: 0, deltas: 1 }, "delta"],
    [{ bytes: 100, deltas: 3 }, "chain"],
  ] as const)("of %o is %s", (fetched, kind) => {
    expect(fetchedKind(fetched)).toBe(kind);
  });
});
