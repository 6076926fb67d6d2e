import { describe, expect, it } from "vitest";
import {
  compare,
  downloadPercent,
  eventLog,
  eventStatus,
  isLockTold,
  isOnItsWay,
  neighbours,
  readyVersions,
  situation,
  troublesOf,
} from "#renderer/features/host/view-model.ts";
import { hostDetail, type HostDetail } from "#shared/contract/fleets.ts";
import { aHostRow } from "../host-row.ts";

const uuid = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;
const running = (digit: number, version: string) => ({ releaseId: uuid(digit), version, digest: String(digit).repeat(64) });
const reported = {
  applicationId: uuid(4),
  current: running(5, "1.4.2"),
  phase: "healthy",
  healthy: true,
  restarts: 0,
  slots: [],
  quarantine: [],
  reportedAt: 0,
};
const desired = {
  applicationId: uuid(4),
  name: "Web",
  subscriptionId: uuid(6),
  releaseId: uuid(5),
  version: "1.4.2",
  decision: "current",
  reason: "",
};

function detail(part: { desired?: object; reported?: object }): HostDetail {
  return hostDetail.parse({
    host: aHostRow(),
    desired: part.desired === undefined ? [] : [{ ...desired, ...part.desired }],
    reported: part.reported === undefined ? [] : [{ ...reported, ...part.reported }],
  });
}
const verdict = (part: { desired?: object; reported?: object }) => compare(detail(part))[0]?.verdict.word;

describe("desired against reported", () => {
  it.each([
    [{ desired: {} }, "Not reported"],
    [{ desired: {}, reported: {} }, "As desired"],
    [{ desired: { releaseId: uuid(7), decision: "offer" }, reported: {} }, "To update"],
    [{ desired: { releaseId: uuid(7), decision: "hold" }, reported: {} }, "Held"],
    [{ desired: { decision: "alone" }, reported: {} }, "Left alone"],
    [{ reported: {} }, "Left alone"],
    [{ desired: {}, reported: { healthy: false } }, "Not healthy"],
    [{ desired: {}, reported: { phase: "reverted" } }, "Reverted"],
    [{ desired: {}, reported: { phase: "downloading" } }, "Downloading"],
    [{ desired: {}, reported: { phase: "staged" } }, "Staged"],
    [{ desired: {}, reported: { phase: "staged", updateLock: { reason: "backup", until: 1 } } }, "Waiting"],
    [{ desired: {}, reported: { phase: "staged", waiting: { since: 0, attempts: 1, retryAt: 1, said: "" } } }, "Waiting"],
  ])("%j reads %s", (part, word) => expect(verdict(part)).toBe(word));

  it("shows what the host runs although nothing wants it", () => {
    expect(compare(detail({ reported: {} }))[0]?.name).toBe("Web");
  });
});

describe("what a host says of one application", () => {
  const says = (part: object) => hostDetail.shape.reported.element.parse({ ...reported, ...part });
  const next = running(7, "1.5.0");

  it.each([
    [{}, "Healthy"],
    [{ healthy: false }, "Not running"],
    [{ healthy: false, uptimeMs: 9 }, "Not healthy"],
    [{ phase: "reverted", candidate: next }, "Reverted from 1.5.0"],
    [{ phase: "failed", candidate: next }, "1.5.0 failed"],
    [{ phase: "probation", healthy: false }, "On probation"],
    [{ phase: "staged", candidate: next, updateLock: { reason: "backup", until: 1 } }, "Waiting"],
    [{ phase: "downloading", candidate: next, updateLock: { reason: "backup", until: 1 } }, "Downloading"],
  ])("%j reads %s", (part, words) => expect(situation(says(part))).toBe(words));

  it("points to a version that is to come, never to one that was taken back", () => {
    expect(isOnItsWay(says({ phase: "staged", candidate: next }))).toBe(true);
    expect(isOnItsWay(says({ phase: "reverting", candidate: next }))).toBe(false);
  });

  it("names only versions that could serve at once beside the one that does", () => {
    const quarantine = [{ releaseId: next.releaseId, digest: next.digest, reason: "", at: 0 }];
    const slots = [running(3, "1.4.1"), reported.current, next];
    expect(readyVersions(says({ slots, quarantine })).map(({ version }) => version)).toEqual(["1.4.1"]);
  });

  it("tells how the last attempt failed, and what ails the version that serves", () => {
    const failure = { cause: "exit", message: "It crashed." };
    expect(troublesOf(says({ failure, trouble: "It ended." })).map(({ message }) => message)).toEqual(["It crashed.", "It ended."]);
    expect(troublesOf(says({}))).toEqual([]);
  });

  it("does not tell a lock twice", () => {
    const held = compare(detail({ desired: { decision: "hold", reason: "asks to wait: backup" }, reported: {} }))[0]?.desired;
    expect(isLockTold({ reason: "backup", until: 1 }, held)).toBe(true);
    expect(isLockTold({ reason: "other", until: 1 }, held)).toBe(false);
  });
});

describe("a host's timeline", () => {
  it.each([
    ["application.reverted", "failed"],
    ["application.healthy", "healthy"],
    ["application.downloading", "progressing"],
    ["command.done", "healthy"],
    ["host.connected", "healthy"],
    ["host.disconnected", undefined],
    ["host.labelled", undefined],
  ])("%s looks %s", (kind, status) => expect(eventStatus(kind)).toBe(status));

  it("finds the log in the details", () => {
    expect(eventLog({ logTail: "boom" })).toBe("boom");
    expect(eventLog({ logTail: "", bytes: 3 })).toBeUndefined();
  });
});

describe("a host's page", () => {
  it("knows how much of a download is there", () => {
    const one = detail({ reported: { progress: { receivedBytes: 1, totalBytes: 3 } } }).reported[0]!;
    expect(downloadPercent(one)).toBe(33);
    expect(downloadPercent(detail({ reported: {} }).reported[0]!)).toBeUndefined();
  });

  it("goes to the next host by natural order of names", () => {
    const hosts = [
      { id: "c", name: "n-10" },
      { id: "a", name: "n-1" },
      { id: "b", name: "n-2" },
    ];
    expect(neighbours(hosts, "b")).toEqual({ previous: "a", next: "c" });
    expect(neighbours(hosts, "a").previous).toBeUndefined();
    expect(neighbours(hosts, "gone")).toEqual({ previous: undefined, next: undefined });
  });
});
