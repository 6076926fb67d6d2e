import { describe, expect, it } from "vitest";
import {
  actionWords,
  detailLines,
  exportName,
  intactWords,
  isNarrowed,
  readAuditQuery,
  subjectHref,
  subjectWords,
} from "#renderer/features/audit/view-model.ts";
import { toContractFilter } from "#renderer/features/audit/contract-filter.ts";

describe("the audit's filter in the URL", () => {
  it("takes whole local days", () => {
    const query = readAuditQuery(new URLSearchParams("from=2026-11-20&to=2026-11-20"));
    expect((query.to ?? 0) - (query.from ?? 0)).toBe(86_400_000 - 1);
    expect(new Date(query.from ?? 0).getHours()).toBe(0);
  });

  it("leaves out what is empty or not to be understood", () => {
    expect(readAuditQuery(new URLSearchParams("search=&actor=&from=yesterday"))).toEqual({});
    expect(isNarrowed(readAuditQuery(new URLSearchParams("entry=4")))).toBe(false);
    expect(toContractFilter({ fleetId: "not-an-id", search: "x" })).toEqual({ search: "x" });
  });
});

describe("an entry in words", () => {
  it.each([
    ["rollout.paused", "Rollout paused"],
    ["subscription.policy-set", "Subscription policy set"],
    ["access.tokenCreated", "Access token created"],
  ])("%s reads %s", (action, words) => expect(actionWords(action)).toBe(words));

  it("names its subject where it has a name, and links it where it has a page", () => {
    expect(subjectWords({ subject: "fleet:1234abcd-0000", details: { name: "edge" } })).toBe("fleet edge");
    expect(subjectWords({ subject: "host:1234abcd-0000", details: {} })).toBe("host 1234abcd");
    expect(subjectWords({ subject: "host:1234abcd-0000", details: {} }, () => "edge-01")).toBe("host edge-01");
    expect(subjectWords({ subject: "subscription:1", details: { application: "Web", group: "canary" } })).toBe(
      "subscription Web in canary",
    );
    expect(subjectHref("rollout:abc")).toBe("/rollouts/abc");
    expect(subjectHref("settings:all")).toBeUndefined();
  });
});

describe("before and after", () => {
  it("stand beside each other, what changed first", () => {
    const lines = detailLines({ before: { same: 1, limit: 5 }, after: { same: 1, limit: 10, added: [1] }, note: "x" });
    expect(lines).toEqual([
      { name: "limit", before: "5", after: "10", isChanged: true },
      { name: "added", before: undefined, after: "[1]", isChanged: true },
      { name: "same", before: "1", after: "1", isChanged: false },
      { name: "note", before: undefined, after: "x", isChanged: false },
    ]);
  });

  it("also when they are plain values", () => {
    expect(detailLines({ before: "1.4.2", after: "1.5.0" })).toEqual([{ name: "value", before: "1.4.2", after: "1.5.0", isChanged: true }]);
  });
});

describe("an intact chain", () => {
  it("says how much of it is signed", () => {
    expect(intactWords(1, 0, "ab".repeat(32))).toBe("1 entry is as written; no checkpoint has been signed yet. Head abababababababab…");
    expect(intactWords(9, 2, "ab".repeat(32))).toContain("9 entries are as written; 2 signed checkpoints hold.");
  });
});

describe("an export", () => {
  it("is named by its day", () => {
    expect(exportName("csv", new Date(Date.UTC(2026, 10, 20)))).toBe("rollcall-audit-2026-11-20.csv");
  });
});
