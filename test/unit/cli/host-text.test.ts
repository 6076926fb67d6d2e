import { describe, expect, it } from "vitest";
import { phaseText, statusText } from "#main/cli/host-text.ts";
import { hostDetail, hostRow } from "#shared/contract/fleets.ts";
import { aHostRow } from "../renderer/features/host-row.ts";

const until = new Date().setHours(23, 59, 0, 0);
const wait = { askedBy: "application", reason: "the backup runs", until };

function waitingRow(status: string) {
  const { applications, ...row } = aHostRow();
  return hostRow.parse({ ...row, status, applications: applications.map((one) => ({ ...one, phase: "staged", wait })) });
}

describe("a host in the terminal", () => {
  it("waits with the console's word and its end, beside the status that is searched for", () => {
    expect(statusText(waitingRow("paused"))).toBe("paused, waiting until 23:59");
    expect(statusText(waitingRow("failed"))).toBe("failed");
    expect(statusText(aHostRow({ status: "paused" }))).toBe("paused");
  });

  it("tells for each application who asked for later, and the bare phase of every other", () => {
    const told = { applicationId: aHostRow().applications[0]!.applicationId, healthy: true, restarts: 0, slots: [], quarantine: [] };
    const reported = (part: object) => hostDetail.shape.reported.element.parse({ ...told, reportedAt: 0, ...part });
    expect(phaseText(reported({ phase: "staged", updateLock: { reason: "the backup runs", until } }))).toBe(
      "waiting: the application asked for later, until 23:59: the backup runs",
    );
    expect(phaseText(reported({ phase: "staged" }))).toBe("staged");
    expect(phaseText(undefined)).toBe("unknown");
  });
});
