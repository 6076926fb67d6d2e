import { describe, expect, it } from "vitest";
import {
  applicationStatus,
  hostStatus,
  worstStatus,
  type ApplicationCondition,
  type HostCondition,
} from "#shared/domain/host/host-status.ts";
import { hostPhase } from "#shared/domain/host/reported.ts";

const serving: ApplicationCondition = {
  phase: "healthy",
  healthy: true,
  currentReleaseId: "b",
  candidateReleaseId: undefined,
  targetReleaseId: "b",
  paused: false,
  waits: false,
};
const host: HostCondition = { state: "active", connection: "connected", lastSeenAt: 1000, applications: [serving] };

describe("the status of one application", () => {
  it("is healthy while it serves, also on an older release whose wave has not opened", () => {
    expect(applicationStatus(serving)).toBe("healthy");
    expect(applicationStatus({ ...serving, phase: "idle", currentReleaseId: "a" })).toBe("healthy");
  });

  it("is progressing from the download to the end of probation, whatever the probe says meanwhile", () => {
    for (const phase of ["downloading", "verifying", "staged", "switching", "probation"] as const) {
      expect(applicationStatus({ ...serving, phase, healthy: false, paused: true }), phase).toBe("progressing");
    }
  });

  it("is paused while what lies ready waits by the word of its own host, and moves before and after", () => {
    expect(applicationStatus({ ...serving, phase: "staged", waits: true })).toBe("paused");
    expect(applicationStatus({ ...serving, phase: "staged", waits: false })).toBe("progressing");
  });

  it("is failed after a failure or a revert until the host runs what it should", () => {
    for (const phase of ["failed", "reverting", "reverted"] as const) {
      expect(applicationStatus({ ...serving, phase, currentReleaseId: "a" }), phase).toBe("failed");
      expect(applicationStatus({ ...serving, phase }), phase).toBe("healthy");
      expect(applicationStatus({ ...serving, phase, healthy: false }), phase).toBe("failed");
    }
  });

  it("forgets a failed attempt that nobody wants any more", () => {
    const reverted = { ...serving, phase: "reverted" as const, currentReleaseId: "a", candidateReleaseId: "b" };
    expect(applicationStatus(reverted)).toBe("failed");
    expect(applicationStatus({ ...reverted, targetReleaseId: "a" })).toBe("healthy");
    expect(applicationStatus({ ...reverted, targetReleaseId: "c" })).toBe("healthy");
    expect(applicationStatus({ ...reverted, targetReleaseId: "c", healthy: false })).toBe("failed");
  });

  it("is failed when the running version stops answering", () => {
    expect(applicationStatus({ ...serving, healthy: false })).toBe("failed");
  });

  it("is paused when its subscription stopped offering and it is not where it should be", () => {
    expect(applicationStatus({ ...serving, paused: true, currentReleaseId: "a" })).toBe("paused");
    expect(applicationStatus({ ...serving, paused: true })).toBe("healthy");
  });

  it("is on its way when the host has not installed it yet", () => {
    const absent = { ...serving, phase: "idle" as const, healthy: false, currentReleaseId: undefined };
    expect(applicationStatus(absent)).toBe("progressing");
    expect(applicationStatus({ ...absent, paused: true })).toBe("paused");
    expect(applicationStatus({ ...absent, targetReleaseId: undefined })).toBe("healthy");
  });

  it("has a word for every phase", () => {
    for (const phase of hostPhase.options) expect(applicationStatus({ ...serving, phase })).toMatch(/^(healthy|progressing)$/);
  });
});

describe("the status of a host", () => {
  it("is the worst of its applications", () => {
    const failing = { ...serving, healthy: false };
    expect(hostStatus({ ...host, applications: [serving, failing] }, 0)).toBe("failed");
    expect(hostStatus({ ...host, applications: [serving, { ...serving, phase: "staged" }] }, 0)).toBe("progressing");
    expect(hostStatus({ ...host, applications: [] }, 0)).toBe("healthy");
  });

  it("is unknown after silence, and at the limit still known", () => {
    expect(hostStatus(host, 1000)).toBe("healthy");
    expect(hostStatus(host, 1001)).toBe("unknown");
    expect(hostStatus({ ...host, lastSeenAt: undefined }, 0)).toBe("unknown");
  });

  it("waits while it is pending, is unknown once revoked, and fails when two machines share it", () => {
    expect(hostStatus({ ...host, state: "pending" }, 5000)).toBe("paused");
    expect(hostStatus({ ...host, state: "revoked" }, 0)).toBe("unknown");
    expect(hostStatus({ ...host, connection: "cloned" }, 5000)).toBe("failed");
  });

  it("rolls several statuses up to the worst", () => {
    expect(worstStatus(["healthy", "unknown", "paused"])).toBe("paused");
    expect(worstStatus(["healthy", "unknown"])).toBe("unknown");
    expect(worstStatus([])).toBe("healthy");
  });
});
