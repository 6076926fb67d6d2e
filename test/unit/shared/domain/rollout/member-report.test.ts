import { describe, expect, it } from "vitest";
import { grantId } from "#shared/lib/ids.ts";
import { grantProgress, type MemberReport } from "#shared/domain/rollout/member-report.ts";

const GRANT = grantId.parse("0b8f3c1e-58a5-4b0e-9a39-3a52b7f5f001");
const grant = { grantId: GRANT, digest: "d".repeat(64) };
const report = (change: Partial<MemberReport>): MemberReport => ({
  at: 1,
  digest: undefined,
  version: undefined,
  phase: "idle",
  grantId: GRANT,
  healthy: true,
  unwellSince: undefined,
  restarts: 0,
  processStartedAt: undefined,
  failure: undefined,
  ...change,
});

describe("the progress of a grant", () => {
  it.each(["halted", "lease"])("is over, without blame, when the host says idle because of %s", (cause) => {
    expect(grantProgress(report({ failure: { cause, message: "" } }), grant, false)).toEqual({ progress: "lapsed" });
  });

  it("goes on while the host is idle for no reason of ours, or speaks of another grant", () => {
    expect(grantProgress(report({}), grant, false)).toEqual({ progress: "under-way" });
    const other = report({ grantId: grantId.parse("0b8f3c1e-58a5-4b0e-9a39-3a52b7f5f002"), failure: { cause: "halted", message: "" } });
    expect(grantProgress(other, grant, false)).toEqual({ progress: "under-way" });
  });

  it("fails when the host refuses a release that it has in quarantine", () => {
    const refused = report({ phase: "failed", failure: { cause: "quarantined", message: "it crashed before" } });
    expect(grantProgress(refused, grant, false)).toEqual({ progress: "failed", reason: "it crashed before" });
  });
});
