import { describe, expect, it } from "vitest";
import { readTableSort, writeTableSort } from "#renderer/components/table-sort.ts";

describe("a table's sort in the URL", () => {
  it("survives being written and read", () => {
    const byName = { column: "name", descending: false };
    for (const sort of [byName, { column: "hosts", descending: true }]) expect(readTableSort(writeTableSort(sort), byName)).toEqual(sort);
  });

  it("falls back to what the table begins with", () => {
    const newest = { column: "at", descending: true };
    expect(readTableSort(null, newest)).toBe(newest);
    expect(readTableSort("", newest)).toBe(newest);
  });
});
