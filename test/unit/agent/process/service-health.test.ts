import { describe, expect, it } from "vitest";
import { probe } from "#shared/domain/release/probe.ts";
import { ServiceHealth } from "#main/agent/process/service-health.ts";

const asked = probe.parse({ kind: "http", url: "http://127.0.0.1:1/", failureThreshold: 2 });
const good = { good: true, said: "status 200" };
const bad = { good: false, said: "status 500" };

describe("the health of a service", () => {
  it("without a probe is that it runs", () => {
    const health = new ServiceHealth(0, undefined);
    expect(health.isHealthy).toBe(false);
    health.began(1);
    expect(health.isHealthy).toBe(true);
  });

  it("with a probe begins with the first good answer and ends at the threshold", () => {
    const health = new ServiceHealth(0, asked);
    health.began(1);
    health.probed(bad, 2);
    health.probed(bad, 3);
    expect(health.observe(0)).toMatchObject({ failedProbesInARow: 0, lastProbe: "status 500" });
    health.probed(good, 4);
    expect(health.isHealthy).toBe(true);
    health.probed(bad, 5);
    expect(health.isHealthy).toBe(true);
    health.probed(bad, 6);
    expect(health.isHealthy).toBe(false);
    health.probed(good, 7);
    expect(health.isHealthy).toBe(true);
  });

  it("begins anew with each process, and a stable one begins a new row of crashes", () => {
    const health = new ServiceHealth(0, asked);
    health.began(0);
    health.probed(good, 1);
    health.crashed({ kind: "exit", code: 1 }, 10, 60_000);
    expect(health.isHealthy).toBe(false);
    health.began(20);
    health.crashed({ kind: "exit", code: 1 }, 30, 60_000);
    expect([health.crashesInARow, health.restarts]).toEqual([2, 2]);
    health.began(40);
    health.crashed({ kind: "exit", code: 1 }, 60_040, 60_000);
    expect([health.crashesInARow, health.restarts]).toEqual([1, 3]);
  });
});
