import { describe, expect, it } from "vitest";
import { cellStatus, versionMatrix } from "#main/control-plane/home/version-matrix.ts";
import { DEFAULT_POLICY } from "#shared/domain/rollout/policy.ts";
import { aFleetRow, aRolloutRow, aSubscriptionRow } from "#test/builders/overview-rows.ts";

const serving = { versions: [], reporting: 3, failed: 0, moving: 0, waiting: 0 };
const open = { policy: DEFAULT_POLICY };
const stopped = { policy: { ...DEFAULT_POLICY, paused: true } };

describe("the word for a cell", () => {
  it("is failed before anything else, then what somebody stopped, then what moves", () => {
    expect(cellStatus(stopped, { ...serving, failed: 1, moving: 1 }, "running")).toBe("failed");
    expect(cellStatus(open, serving, "tripped")).toBe("failed");
    expect(cellStatus(stopped, { ...serving, moving: 1 }, "running")).toBe("paused");
    expect(cellStatus(open, serving, "paused")).toBe("paused");
    expect(cellStatus(open, { ...serving, moving: 1 }, undefined)).toBe("progressing");
    expect(cellStatus(open, { ...serving, waiting: 1 }, "running")).toBe("paused");
    expect(cellStatus(open, { ...serving, waiting: 1, moving: 1 }, "running")).toBe("progressing");
    expect(cellStatus(open, serving, "running")).toBe("progressing");
    expect(cellStatus(open, serving, undefined)).toBe("healthy");
  });

  it("is unknown when none of its hosts reports", () => {
    expect(cellStatus(open, { ...serving, reporting: 0 }, undefined)).toBe("unknown");
  });
});

describe("the matrix", () => {
  it("has a cell per subscription with versions by number of hosts", () => {
    const rollout = aRolloutRow({ state: "running" });
    const subscription = aSubscriptionRow({ activeRolloutId: rollout.id });
    const versions = [
      { version: "1.4.2", hosts: 2 },
      { version: "1.5.0", hosts: 9 },
      { version: "1.4.1", hosts: 2 },
    ];
    const matrix = versionMatrix([aFleetRow([subscription])], () => ({ ...serving, versions }), [rollout]);
    expect(matrix[0]!.groups[0]).toMatchObject({
      groupName: "canary",
      cells: [
        {
          subscriptionId: subscription.id,
          applicationName: "web",
          targetVersion: "1.5.0",
          status: "progressing",
          versions: [
            { version: "1.5.0", hosts: 9 },
            { version: "1.4.1", hosts: 2 },
            { version: "1.4.2", hosts: 2 },
          ],
        },
      ],
    });
  });
});
