import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { suffixArray } from "#main/node/delta/suffix-array.ts";

/** The definition itself. */
function bySorting(bytes: Uint8Array): number[] {
  return Array.from(bytes, (_, start) => start).sort((left, right) => Buffer.compare(bytes.subarray(left), bytes.subarray(right)));
}

describe("the suffix array", () => {
  it.each(["", "a", "aa", "ab", "ba", "banana", "mississippi", "abracadabra", "aaaaaaaa", "abababab", "cabbage\0\0\0"])(
    "of %j is the sorted list of its suffixes",
    (text) => {
      const bytes = Buffer.from(text);
      expect([...suffixArray(bytes)]).toEqual(bySorting(bytes));
    },
  );

  it("of any bytes, and of few different ones, is the sorted list of their suffixes", () => {
    const few = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(fc.oneof(few, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        expect([...suffixArray(bytes)]).toEqual(bySorting(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it("of a long text with deep repetitions is in order", () => {
    const bytes = Buffer.alloc(200_000);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = "fibonacci-"[(index * 7 + (index >> 9)) % 10]?.charCodeAt(0) ?? 0;
    const suffixes = suffixArray(bytes);
    expect(new Set(suffixes).size).toBe(bytes.length);
    for (let index = 1; index < suffixes.length; index += 997) {
      expect(Buffer.compare(bytes.subarray(suffixes[index - 1]), bytes.subarray(suffixes[index]))).toBe(-1);
    }
  });
});
