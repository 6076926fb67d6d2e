import { describe, expect, it } from "vitest";
import { ServiceHealth } from "#main/agent/process/service-health.ts";
import { serviceTrouble } from "#main/agent/process/service-trouble.ts";
import { probe } from "#shared/domain/release/probe.ts";

const asked = probe.parse({ kind: "http", url: "http://127.0.0.1:1/", failureThreshold: 1 });

describe("why a service is not well, in words", () => {
  it("is nothing while it is well, and that it begins before there is more to say", () => {
    const health = new ServiceHealth(0, undefined);
    expect(serviceTrouble(health)).toBe("It is being started.");
    health.began(1);
    expect(serviceTrouble(health)).toBeUndefined();
  });

  it("is how it ended last, and how often in a row", () => {
    const health = new ServiceHealth(0, undefined);
    health.began(0);
    health.crashed({ kind: "exit", code: 70 }, 1, 60_000);
    expect(serviceTrouble(health)).toBe("It ended with exit code 70. It is started again.");
    health.began(2);
    health.crashed({ kind: "signal", signal: "SIGSEGV" }, 3, 60_000);
    expect(serviceTrouble(health)).toBe("It was ended by SIGSEGV, 2 times in a row. It is started again.");
  });

  it("is what its probe said, and how it ended before", () => {
    const health = new ServiceHealth(0, asked);
    health.began(0);
    health.probed({ good: false, said: "status 503" }, 1);
    expect(serviceTrouble(health)).toBe("It is not ready yet (status 503).");
    health.probed({ good: true, said: "status 200" }, 2);
    health.probed({ good: false, said: "status 500" }, 3);
    expect(serviceTrouble(health)).toBe("Its probe fails: status 500.");
    health.crashed({ kind: "exit", code: 1 }, 4, 60_000);
    health.began(5);
    expect(serviceTrouble(health)).toBe("It is not ready yet (status 500). Before, it ended with exit code 1.");
  });

  it("is its own word, bounded and inert", () => {
    const health = new ServiceHealth(0, undefined);
    health.began(0);
    health.unwell = `\u001b[31m${"x".repeat(400)}`;
    expect(serviceTrouble(health)).toMatch(/^It says of itself: \\u\{1b\}\[31mx+…$/);
    expect(serviceTrouble(health)).toHaveLength(300);
  });
});
