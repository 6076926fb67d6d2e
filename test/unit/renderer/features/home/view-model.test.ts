import { describe, expect, it } from "vitest";
import { matrixOf, nextStep, onTarget, sortAttention } from "#renderer/features/home/view-model.ts";
import { homeOverview, type Attention } from "#shared/contract/rollouts.ts";

const uuid = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;
const cell = (name: string, digit: number) => ({
  subscriptionId: uuid(digit),
  applicationName: name,
  targetVersion: "1.5.0",
  versions: [
    { version: "1.5.0", hosts: 8 },
    { version: "1.4.2", hosts: 4 },
  ],
  status: "progressing",
});
const matrix = homeOverview.shape.matrix.parse([
  {
    fleetId: uuid(1),
    fleetName: "edge",
    groups: [
      { groupId: uuid(2), groupName: "canary", hosts: 12, cells: [cell("Web", 5)] },
      { groupId: uuid(3), groupName: "everyone", hosts: 3, cells: [cell("Agent", 6), cell("Web", 7)] },
    ],
  },
]);

describe("the matrix", () => {
  it("has a column for every application and a hole where a group has none", () => {
    const { applications, rows } = matrixOf(matrix);
    expect(applications).toEqual(["Agent", "Web"]);
    expect(rows.map((row) => [row.groupName, row.isFirst, row.cells.map((one) => one?.applicationName)])).toEqual([
      ["canary", true, [undefined, "Web"]],
      ["everyone", false, ["Agent", "Web"]],
    ]);
  });

  it("counts hosts on the target among those that report", () => {
    expect(onTarget(matrix[0]!.groups[0]!.cells[0]!)).toEqual({ reached: 8, reporting: 12 });
  });
});

describe("what needs a person", () => {
  const one = (severity: Attention["severity"], since: number): Attention => ({
    kind: "approval",
    severity,
    title: "",
    detail: "",
    since,
    href: `/${severity}${since}`,
  });
  it("is most urgent first, then what waited longest", () => {
    expect(sortAttention([one("know", 1), one("now", 9), one("soon", 2), one("now", 3)]).map((item) => item.href)).toEqual([
      "/now3",
      "/now9",
      "/soon2",
      "/know1",
    ]);
  });
});

describe("the first run", () => {
  const none = { hasApplication: false, hasFleet: false, hasHost: false, hasRelease: false, hasRollout: false };
  it("goes step by step, also when a later one is done already", () => {
    expect(nextStep(none)?.id).toBe("hasApplication");
    expect(nextStep({ ...none, hasApplication: true, hasRelease: true })?.id).toBe("hasFleet");
    expect(nextStep({ hasApplication: true, hasFleet: true, hasHost: true, hasRelease: true, hasRollout: true })).toBeUndefined();
  });
});
