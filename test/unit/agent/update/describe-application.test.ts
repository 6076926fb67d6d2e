import { describe, expect, it } from "vitest";
import { reportedApplication } from "#shared/domain/host/reported.ts";
import { describeApplication } from "#main/agent/update/describe-application.ts";
import type { Journal } from "#main/agent/update/journal.ts";
import { A_FAILURE, aGrant, aJournal, aTarget } from "./journal-builder.ts";

const one = aTarget("1.0.0");
const two = aTarget("2.0.0");
const grantId = aGrant();
const vitals = { healthy: true, restarts: 0, uptimeMs: 12 };
const told = (change: Partial<Journal>) => reportedApplication.parse(describeApplication(aJournal(change), vitals));

describe("an application in a report", () => {
  it("is idle before anything was installed", () => {
    expect(told({})).toMatchObject({ phase: "idle", healthy: true });
    expect(told({}).current).toBeUndefined();
  });

  it("shows what moves before what serves", () => {
    const serving = { state: "healthy", release: one } as const;
    expect(told({ serving, candidate: { state: "staged", target: two, grantId } })).toMatchObject({
      phase: "staged",
      current: { version: "1.0.0" },
      candidate: { version: "2.0.0" },
      grantId,
    });
  });

  it("serves the new version from its probation on, and the old one again while reverting", () => {
    expect(told({ serving: { state: "switching", to: two, grantId, fallback: one } })).toMatchObject({
      phase: "switching",
      current: { version: "1.0.0" },
      candidate: { version: "2.0.0" },
    });
    const probation = told({ serving: { state: "probation", release: two, grantId, fallback: one, crashes: 0 } });
    expect(probation).toMatchObject({ phase: "probation", current: { version: "2.0.0" } });
    expect(probation.candidate).toBeUndefined();
    expect(told({ serving: { state: "reverting", bad: two, grantId, fallback: one, failure: A_FAILURE } })).toMatchObject({
      phase: "reverting",
      current: { version: "1.0.0" },
      failure: A_FAILURE,
    });
  });

  it("keeps telling how the last attempt ended", () => {
    const outcome = { phase: "reverted", release: two, grantId, failure: A_FAILURE, at: 1 } as const;
    expect(told({ serving: { state: "healthy", release: one }, outcome })).toMatchObject({
      phase: "reverted",
      current: { version: "1.0.0" },
      candidate: { version: "2.0.0" },
      grantId,
    });
  });

  it("names at most as many slots as a report may carry", () => {
    const installed = Array.from({ length: 40 }, (_, index) => ({ ...aTarget(`1.0.${index}`), proven: true, usedAt: index }));
    expect(told({ installed }).slots).toHaveLength(32);
    expect(told({ installed }).slots.at(-1)).toMatchObject({ version: "1.0.39" });
  });
});
