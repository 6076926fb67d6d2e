import { describe, expect, it } from "vitest";
import { addSample, rateOf, remainingMs } from "#shared/lib/transfer-rate.ts";

const at = (seconds: number, bytes: number) => ({ at: seconds * 1000, bytes });

describe("how fast a file is", () => {
  it("is told from the last seconds, not from the beginning", () => {
    let samples = addSample([], at(0, 0));
    for (const second of [1, 2, 3, 20, 21, 22]) samples = addSample(samples, at(second, second * 1000));
    expect(samples.map((one) => one.at)).toEqual([20_000, 21_000, 22_000]);
    expect(rateOf(samples)).toBe(1000);
  });

  it("is not told from samples that are too close together", () => {
    const samples = addSample(addSample([], at(0, 0)), at(0.1, 500));
    expect(samples).toHaveLength(1);
    expect(rateOf(samples)).toBeUndefined();
  });

  it("gives the time that is left, unless nothing moves or the size is not known", () => {
    const samples = [at(0, 0), at(2, 1000)];
    expect(remainingMs(samples, 3000)).toBe(4000);
    expect(remainingMs(samples, undefined)).toBeUndefined();
    expect(remainingMs([at(0, 1000), at(2, 1000)], 3000)).toBeUndefined();
  });
});
