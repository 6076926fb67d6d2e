import { describe, expect, it } from "vitest";
import { addDifferences } from "#main/node/delta/add-differences.ts";
import { seededRandom } from "#test/builders/seeded-random.ts";

const random = seededRandom(7);
const bytes = (length: number, zeros: number): Uint8Array =>
  Uint8Array.from({ length }, () => (random() < zeros ? 0 : Math.floor(random() * 256)));

describe("adding differences", () => {
  it("adds each byte modulo 256, whatever the length and wherever the differences begin in their buffer", () => {
    for (const zeros of [0, 0.9, 1])
      for (let offset = 0; offset < 9; offset += 1)
        for (let length = 0; length < 70; length += 1) {
          const buffer = bytes(100, zeros);
          const differing = buffer.subarray(offset, offset + length);
          const piece = bytes(length, 0.1);
          const expected = piece.map((byte, index) => byte + (differing[index] ?? 0));
          addDifferences(piece, differing);
          expect(piece).toEqual(expected);
        }
  });
});
