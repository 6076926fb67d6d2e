import { describe, expect, it } from "vitest";
import { arrivals, movedOrder, readSort, statusCounts, tokenLook, writeSort } from "#renderer/features/fleet/view-model.ts";
import { groupRow } from "#shared/contract/fleets.ts";
import { enrolmentToken } from "#shared/domain/fleet/fleet.ts";
import { aHostRow } from "../host-row.ts";

const uuid = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;
const group = (digit: number) =>
  groupRow.parse({
    id: uuid(digit),
    fleetId: uuid(9),
    name: `g${digit}`,
    position: digit,
    revision: 1,
    hosts: 0,
    connected: 0,
    subscriptions: [],
  });

describe("the order of groups", () => {
  const groups = [group(1), group(2), group(3)];
  it("swaps a group with its neighbour", () => {
    expect(movedOrder(groups, uuid(2), -1)).toEqual([uuid(2), uuid(1), uuid(3)]);
    expect(movedOrder(groups, uuid(2), 1)).toEqual([uuid(1), uuid(3), uuid(2)]);
  });
  it("goes no further than the ends", () => {
    expect(movedOrder(groups, uuid(1), -1)).toBeUndefined();
    expect(movedOrder(groups, uuid(3), 1)).toBeUndefined();
  });
});

describe("a sort in the URL", () => {
  it("comes back as it went", () => {
    for (const text of ["name", "-lastSeen"]) expect(writeSort(readSort(text))).toBe(text);
    expect(readSort(null)).toEqual({ column: "name", descending: false });
  });
});

describe("status facets", () => {
  it("come worst first and leave out what no host has", () => {
    expect(statusCounts([aHostRow(), aHostRow({ status: "failed" }), aHostRow()])).toEqual([
      { status: "failed", count: 1 },
      { status: "healthy", count: 2 },
    ]);
  });
});

describe("an enrolment token", () => {
  const token = enrolmentToken.parse({
    id: uuid(1),
    fleetId: uuid(2),
    groupId: uuid(3),
    label: "",
    createdAt: 0,
    createdBy: "user:ana",
    expiresAt: 1000,
    maxUses: 1,
    uses: 0,
    requiresApproval: false,
  });
  it.each([
    [{}, 500, "Open"],
    [{}, 1000, "Expired"],
    [{ uses: 1 }, 500, "Used up"],
    [{ revokedAt: 1 }, 500, "Revoked"],
  ])("with %j at %i reads %s", (part, now, word) => expect(tokenLook({ ...token, ...part }, now).word).toBe(word));
});

describe("waiting for a host", () => {
  it("sees those that enrolled into the group since the token was made", () => {
    const hosts = [
      aHostRow({ name: "new", enrolledAt: 2000 }),
      aHostRow({ name: "old", enrolledAt: 500 }),
      aHostRow({ name: "other", groupId: uuid(8), enrolledAt: 2000 }),
    ];
    expect(arrivals(hosts, uuid(3), 1000).map((host) => host.name)).toEqual(["new"]);
  });
});
