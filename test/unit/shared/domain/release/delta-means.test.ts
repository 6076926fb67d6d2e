import { describe, expect, it } from "vitest";
import { chooseCodecs, neededMemory } from "#shared/domain/release/delta-means.ts";

const MIB = 2 ** 20;
const HOUR_MS = 3_600_000;
const pair = (mebibytes: number) => ({ oldBytes: mebibytes * MIB, newBytes: mebibytes * MIB });

describe("how a delta is made", () => {
  it("tries both codecs where both are affordable, the fast one first", () => {
    expect(chooseCodecs({ ...pair(120), memoryBytes: 2560 * MIB, remainingMs: HOUR_MS })).toEqual({
      kind: "make",
      codecs: ["dictionary", "matches"],
    });
  });

  it("does not sort what is larger than 256 MiB, or when there is no time for it", () => {
    const fast = { kind: "make", codecs: ["dictionary"] };
    expect(chooseCodecs({ ...pair(257), memoryBytes: 8192 * MIB, remainingMs: HOUR_MS })).toEqual(fast);
    expect(chooseCodecs({ ...pair(120), memoryBytes: 8192 * MIB, remainingMs: 20_000 })).toEqual(fast);
  });

  it("sorts where the memory is too small for the other", () => {
    const memoryBytes = neededMemory("matches", 100 * MIB, 100 * MIB);
    expect(memoryBytes).toBeLessThan(neededMemory("dictionary", 100 * MIB, 100 * MIB));
    expect(chooseCodecs({ ...pair(100), memoryBytes, remainingMs: HOUR_MS })).toEqual({ kind: "make", codecs: ["matches"] });
  });

  it("leaves alone what would need more memory than there is, and says how much", () => {
    expect(chooseCodecs({ ...pair(100), memoryBytes: 512 * MIB, remainingMs: HOUR_MS })).toEqual({
      kind: "too-large",
      neededBytes: neededMemory("matches", 100 * MIB, 100 * MIB),
    });
  });
});
