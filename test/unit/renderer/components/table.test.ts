import { describe, expect, it } from "vitest";
import { compareSortValues } from "#renderer/components/data-table-columns.ts";
import { moveCursor } from "#renderer/components/use-row-keys.ts";

describe("sorting", () => {
  it("puts node-2 before node-10, whatever the case", () => {
    expect(["node-10", "Node-2", "node-1"].sort(compareSortValues)).toEqual(["node-1", "Node-2", "node-10"]);
  });

  it("compares numbers by size", () => {
    expect([10, 9, 100].sort(compareSortValues)).toEqual([9, 10, 100]);
  });
});

describe("the row cursor", () => {
  it.each([
    ["j", 0, 1],
    ["ArrowDown", 4, 4],
    ["k", 0, 0],
    ["ArrowUp", 3, 2],
    ["Home", 3, 0],
    ["End", 1, 4],
    ["PageDown", 1, 4],
    ["PageUp", 3, 0],
  ])("%s takes row %i of five to %i", (key, at, to) => {
    expect(moveCursor(key, at, 5)).toBe(to);
  });

  it("leaves other keys alone", () => {
    expect(moveCursor("x", 1, 5)).toBeUndefined();
  });
});
