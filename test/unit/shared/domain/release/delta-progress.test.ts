import { describe, expect, it } from "vitest";
import { progressWords, shareOfTries, withTimeLeft } from "#shared/domain/release/delta-progress.ts";

describe("how far a delta is", () => {
  it("is the whole of its only try", () => {
    expect(shareOfTries(["matches"], "matches", { stage: "matching", share: 0.5 })).toEqual({ stage: "matching", share: 0.5 });
  });

  it("gives the quick try a small part where the thorough one follows", () => {
    const codecs = ["dictionary", "matches"] as const;
    expect(shareOfTries(codecs, "dictionary", { stage: "compressing", share: 1 }).share).toBeCloseTo(0.07);
    expect(shareOfTries(codecs, "matches", { stage: "sorting", share: 0 }).share).toBeCloseTo(0.07);
    expect(shareOfTries(codecs, "matches", { stage: "compressing", share: 1 }).share).toBe(1);
  });

  it("is said with the time that is left, once there is a pace to tell it from", () => {
    const progress = { stage: "matching", share: 0.75 } as const;
    expect(withTimeLeft(progress, 90_000)).toEqual({ ...progress, leftMs: 30_000 });
    expect(withTimeLeft({ ...progress, share: 0.04 }, 90_000).leftMs).toBeUndefined();
    expect(withTimeLeft(progress, 1000).leftMs).toBeUndefined();
    expect(progressWords(withTimeLeft(progress, 90_000))).toBe("looking for the old bytes in the new ones, 75 %, about 30 s left");
    expect(progressWords({ ...progress, share: 0.999, leftMs: 12 })).toContain("about 1 s left");
  });

  it("is said with what is done, and never as more than it is", () => {
    expect(progressWords({ stage: "sorting", share: 0.419 })).toBe("sorting the old bytes, 41 %");
  });
});
