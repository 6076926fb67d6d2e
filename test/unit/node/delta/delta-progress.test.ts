import { describe, expect, it } from "vitest";
import { matchesShare, PROGRESS_STEP, type DeltaStage } from "#main/node/delta/delta-progress.ts";
import { makeDelta } from "#main/node/delta/make-delta.ts";

/** Bytes that look alike nowhere, the same in every run. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16);
}

describe("the progress of making a delta", () => {
  it("goes from sorting over matching to compressing, and only forwards", async () => {
    const old = noise(2 * PROGRESS_STEP + 7);
    const fresh = Uint8Array.from(old, (byte, at) => (at % 5000 === 0 ? byte ^ 1 : byte));
    const told: { readonly stage: DeltaStage; readonly share: number }[] = [];
    await makeDelta(old, fresh, "matches", (stage, share) => void told.push({ stage, share: matchesShare(stage, share) }));
    expect([...new Set(told.map(({ stage }) => stage))]).toEqual(["sorting", "matching", "compressing"]);
    expect(told.map(({ share }) => share)).toEqual(told.map(({ share }) => share).toSorted((left, right) => left - right));
    expect(Math.min(...told.map(({ share }) => share))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...told.map(({ share }) => share))).toBeLessThanOrEqual(1);
    expect(told.length).toBeGreaterThan(8);
  });
});
