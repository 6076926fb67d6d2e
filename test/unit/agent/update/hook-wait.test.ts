import { describe, expect, it } from "vitest";
import { hookDueInMs, nextHookWait } from "#main/agent/update/hook-wait.ts";
import { aGrant, aTarget } from "./journal-builder.ts";

const NOW = 1_000_000_000;

describe("the wait for a hook that said not now", () => {
  it("grows with every time, with half of it jitter, up to ten minutes, and remembers the first time", () => {
    let wait = nextHookWait(undefined, "backup runs", NOW, 0);
    expect(wait).toEqual({ since: NOW, attempts: 1, retryAt: NOW + 2000, said: "backup runs" });
    const waits = Array.from({ length: 12 }, (_, at) => {
      wait = nextHookWait(wait, "still", NOW + at, 0.999);
      return wait.retryAt - (NOW + at);
    });
    expect(waits.slice(0, 3)).toEqual([7996, 15_992, 31_984]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(600_000);
    expect(wait).toMatchObject({ since: NOW, attempts: 13, said: "still" });
  });

  it("is over in time, and at once when the clock was set back", () => {
    const candidate = { state: "vetting", target: aTarget("2.0.0"), grantId: aGrant() } as const;
    const waiting = nextHookWait(undefined, "", NOW, 0);
    expect(hookDueInMs(candidate, NOW)).toBe(0);
    expect(hookDueInMs({ ...candidate, waiting }, NOW + 500)).toBe(1500);
    expect(hookDueInMs({ ...candidate, waiting }, NOW + 2000)).toBe(0);
    expect(hookDueInMs({ ...candidate, waiting }, NOW - 10 * 365 * 86_400_000)).toBe(0);
  });
});
