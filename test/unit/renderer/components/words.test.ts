import { describe, expect, it } from "vitest";
import { actorName } from "#renderer/components/actor-name.ts";
import { freshnessWords } from "#renderer/components/freshness.tsx";
import { gateLine } from "#renderer/components/gate-reading.ts";
import { hostLook } from "#renderer/components/host-look.ts";
import { relativeTime } from "#renderer/components/relative-time.ts";
import { phaseLook } from "#renderer/components/state-status.ts";
import { describeShares } from "#renderer/components/version-bar.tsx";
import { describeCounts } from "#renderer/components/wave-bar.tsx";

describe("relative time", () => {
  it.each([
    [0, "now"],
    [4_999, "now"],
    [12_000, "12 s ago"],
    [5 * 60_000, "5 m ago"],
    [3 * 3_600_000, "3 h ago"],
    [50 * 3_600_000, "2 d ago"],
    [-6 * 60_000, "in 6 m"],
  ])("%i ms back reads %s", (back, words) => {
    expect(relativeTime(1e12 - back, 1e12)).toBe(words);
  });
});

describe("actors", () => {
  it.each([
    ["user:ana", "ana"],
    ["token:ci", "ci (token)"],
    ["system", "Rollcall"],
    ["host:40418b9e-0000", "host 40418b9e"],
  ])("%s reads %s", (actor, words) => expect(actorName(actor)).toBe(words));
});

describe("freshness", () => {
  it("says how long nothing was heard", () => {
    expect(freshnessWords({ kind: "reconnecting", silentMs: 8200 })).toBe("Reconnecting · last event 8 s ago");
    expect(freshnessWords({ kind: "offline", silentMs: undefined })).toBe("Offline, read only");
  });
});

describe("a gate's reading", () => {
  const reading = { criterion: "success", value: 96.25, threshold: 98, unit: "percent", met: false } as const;
  it("stands against its threshold", () => {
    expect(gateLine(reading)).toMatchObject({ value: "96.3 %", limit: "at least 98 %", status: "progressing" });
  });
  it("counts failures towards their budget, and is red only beyond it", () => {
    expect(gateLine({ criterion: "failures", value: 0, threshold: 0, unit: "hosts", met: true })).toMatchObject({
      fraction: 0,
      status: "healthy",
      limit: "at most 0",
    });
    expect(gateLine({ criterion: "failures", value: 1, threshold: 0, unit: "hosts", met: false })).toMatchObject({
      fraction: 1,
      status: "failed",
    });
  });
  it("waits for a person at an approval", () => {
    expect(gateLine({ criterion: "approval", value: 0, threshold: 1, unit: "approvals", met: false }).status).toBe("paused");
    expect(gateLine({ criterion: "sample", value: 1, threshold: 3, unit: "hosts", met: false })).toMatchObject({ limit: "at least 3" });
    const bake = { criterion: "bake", value: 1000, threshold: 5000, unit: "ms", met: false } as const;
    expect(gateLine(bake)).toMatchObject({ value: "1 s", limit: "of 5 s", status: "progressing" });
    expect([gateLine(bake, "held").status, gateLine(bake, "tripped").status]).toEqual(["paused", "unknown"]);
    expect(gateLine({ criterion: "success", value: 0, threshold: 100, unit: "percent", met: false }, "tripped").status).toBe("failed");
  });
});

describe("bars in words", () => {
  it("name what there is and leave out what there is not", () => {
    expect(describeCounts({ waiting: 2, updating: 0, succeeded: 3, failed: 1, excluded: 0 })).toBe("3 succeeded, 1 failed, 2 waiting");
    expect(describeCounts({ waiting: 0, updating: 0, succeeded: 0, failed: 0, excluded: 0 })).toBe("no hosts");
    expect(
      describeShares([
        { version: "1.5.0", hosts: 1 },
        { version: "1.4.2", hosts: 3 },
      ]),
    ).toBe("1.5.0 on 1 host, 1.4.2 on 3 hosts");
  });
});

describe("how a host looks", () => {
  const host = { status: "healthy", state: "active", connection: "connected", applications: [] } as const;
  it("is first about its identity, then about its applications", () => {
    expect(hostLook({ ...host, connection: "cloned" }).word).toBe("Cloned");
    expect(hostLook({ ...host, state: "pending" }).word).toBe("To approve");
    expect(hostLook({ ...host, state: "revoked", connection: "cloned" }).word).toBe("Revoked");
    expect(hostLook({ ...host, status: "failed" })).toEqual({ status: "failed", word: "Failed" });
  });
  it("tells a silent host from a connected one that has nothing to report", () => {
    expect(hostLook({ ...host, status: "unknown" }).word).toBe("No report");
    expect(hostLook({ ...host, status: "unknown", connection: "disconnected" }).word).toBe("Silent");
  });
  it("waits by the word of its application, until when, and is held for every other reason", () => {
    const until = new Date(2026, 2, 2, 14, 5).getTime();
    const applications = [{}, { wait: { askedBy: "application", reason: "the backup runs", until } as const }];
    expect(hostLook({ ...host, status: "paused", applications })).toEqual({
      status: "paused",
      word: "Waiting",
      until: "14:05",
      why: "Waiting: the application asked for later, until 14:05: the backup runs",
    });
    expect(hostLook({ ...host, status: "paused" }).word).toBe("Held");
    expect(hostLook({ ...host, status: "failed", applications }).word).toBe("Failed");
  });
  it("reads a phase of a newer agent as it is", () => {
    expect(phaseLook("warming")).toEqual({ status: "unknown", word: "warming" });
  });
});
