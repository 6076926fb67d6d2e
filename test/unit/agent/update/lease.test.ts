import { describe, expect, it } from "vitest";
import { isLive } from "#main/agent/update/lease.ts";

describe("a lease", () => {
  it("is live from receipt until its last millisecond is over", () => {
    const lease = { receivedAtMs: 1000, leaseMs: 50 };
    expect([999, 1000, 1049, 1050].map((nowMs) => isLive(lease, nowMs))).toEqual([false, true, true, false]);
  });

  it("of no length begins nothing", () => {
    expect(isLive({ receivedAtMs: 1000, leaseMs: 0 }, 1000)).toBe(false);
  });

  it("from another boot of the machine is none", () => {
    expect(isLive({ receivedAtMs: Number.NEGATIVE_INFINITY, leaseMs: 60_000 }, 10)).toBe(false);
    expect(isLive({ receivedAtMs: 900_000, leaseMs: 60_000 }, 10)).toBe(false);
  });
});
