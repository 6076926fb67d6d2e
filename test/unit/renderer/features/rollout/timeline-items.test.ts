import { describe, expect, it } from "vitest";
import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import { timelineItems } from "#renderer/features/rollout/timeline-items.ts";

let sequence = 100;
function entry(actor: string, action: string, more: Partial<AuditEntry> = {}): AuditEntry {
  sequence -= 1;
  // Why the cast: a test tells only what is read.
  return { sequence, at: sequence * 1000, actor, action, subject: "rollout:r1", reason: "", details: {}, ...more } as unknown as AuditEntry;
}
const nameOf = (subject: string) =>
  subject === "rollout:r1" ? "Gateway 1.5.0" : subject.startsWith("host:") ? `edge-${subject.slice(5)}` : undefined;

describe("the timeline of a rollout", () => {
  it("makes one item of what hosts report one after the other", () => {
    const reports = [1, 2, 3, 4, 5, 6].map((at) => entry(`host:${at}`, "update.succeeded"));
    expect(timelineItems([...reports, entry("system", "wave.opened", { details: { wave: 1, members: 6 } })], nameOf)).toMatchObject([
      { title: "6 hosts succeeded", detail: "edge-1, edge-2, edge-3, edge-4 and 2 more" },
      { title: "Wave 1 of Gateway 1.5.0 opened for 6 hosts", detail: "Rollcall" },
    ]);
  });

  it("keeps apart what differs in outcome or cause", () => {
    const items = timelineItems(
      [
        entry("host:1", "update.failed", { reason: "exited" }),
        entry("host:2", "update.failed", { reason: "no answer" }),
        entry("host:3", "update.succeeded"),
      ],
      nameOf,
    );
    expect(items.map((item) => [item.title, item.status])).toEqual([
      ["edge-1 failed: exited", "failed"],
      ["edge-2 failed: no answer", "failed"],
      ["edge-3 succeeded", undefined],
    ]);
  });

  it("keeps every decision, with who took it", () => {
    const items = timelineItems(
      [
        entry("user:ana", "rollout.paused", { reason: "lunch" }),
        entry("host:1", "update.succeeded"),
        entry("user:ana", "rollout.started"),
        entry("user:ana", "rollout.started"),
      ],
      nameOf,
    );
    expect(items.map((item) => [item.title, item.detail, item.status])).toEqual([
      ["Paused the rollout of Gateway 1.5.0: lunch", "ana", "paused"],
      ["edge-1 succeeded", undefined, undefined],
      ["Started the rollout of Gateway 1.5.0", "ana", undefined],
      ["Started the rollout of Gateway 1.5.0", "ana", undefined],
    ]);
  });
});
