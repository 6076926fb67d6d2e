import { describe, expect, it } from "vitest";
import { spendCall, type CallBudget } from "#main/desktop/security/call-budget.ts";

const limits = { burst: 3, perSecond: 2 };

/** How many of the calls at these times go through. */
function allowed(timesMs: readonly number[]): number {
  let budget: CallBudget = { left: limits.burst, atMs: 0 };
  let count = 0;
  for (const at of timesMs) {
    const spent = spendCall(budget, at, limits);
    budget = spent.budget;
    if (spent.ok) count += 1;
  }
  return count;
}

describe("the call budget", () => {
  it("lets a burst through and refuses what comes on top", () => {
    expect(allowed([0, 0, 0, 0, 0])).toBe(3);
  });

  it("refills with time, up to the burst and no further", () => {
    expect(allowed([0, 0, 0, 500, 1000])).toBe(5);
    expect(allowed([0, 0, 0, 60_000, 60_000, 60_000, 60_000])).toBe(6);
  });

  it("gives nothing for a clock that goes back", () => {
    expect(allowed([0, 0, 0, -5000, -5000])).toBe(3);
  });
});
