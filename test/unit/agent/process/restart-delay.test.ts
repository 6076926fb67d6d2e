import { describe, expect, it } from "vitest";
import { restartDelayMs } from "#main/agent/process/restart-delay.ts";

describe("the wait before a crashed version is started again", () => {
  it("grows to a minute, half of it jitter", () => {
    expect([1, 2, 3, 20].map((crashes) => restartDelayMs(crashes, false, 0))).toEqual([250, 500, 1000, 30_000]);
    expect([1, 2, 3, 20].map((crashes) => restartDelayMs(crashes, false, 0.999_999))).toEqual([500, 1000, 2000, 60_000]);
  });

  it("stays short in a probation, so that a crash loop of any limit shows within ten seconds", () => {
    const waits = Array.from({ length: 20 }, (_, index) => restartDelayMs(index + 1, true, 0.999_999));
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(10_000);
  });
});
