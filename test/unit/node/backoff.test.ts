import { describe, expect, it } from "vitest";
import { backoffCeilingMs, backoffDelayMs } from "#main/node/backoff.ts";

const policy = { baseMs: 500, capMs: 60_000 };

describe("backoff", () => {
  it("doubles its ceiling with each attempt until the cap", () => {
    expect([0, 1, 2, 3, 6, 7, 50, 5000].map((attempt) => backoffCeilingMs(policy, attempt))).toEqual([
      500, 1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });

  it("spreads the wait over the whole range below the ceiling", () => {
    expect(backoffDelayMs(policy, 2, 0)).toBe(0);
    expect(backoffDelayMs(policy, 2, 0.5)).toBe(1000);
    expect(backoffDelayMs(policy, 2, 0.999_999)).toBe(1999);
  });

  it("takes a negative attempt for the first", () => {
    expect(backoffCeilingMs(policy, -3)).toBe(500);
  });
});
