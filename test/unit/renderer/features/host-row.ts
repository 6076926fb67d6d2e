import type { HostRow } from "#shared/contract/fleets.ts";
import { hostRow } from "#shared/contract/fleets.ts";

type Wish = {
  readonly name?: string;
  readonly groupName?: string;
  readonly groupId?: string;
  readonly status?: HostRow["status"];
  readonly labels?: Record<string, string>;
  readonly version?: string;
  readonly enrolledAt?: number;
};

const id = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;

/** A host row for view-model tests, checked against the contract. */
export function aHostRow(wish: Wish = {}): HostRow {
  return hostRow.parse({
    id: id(1),
    fleetId: id(2),
    groupId: wish.groupId ?? id(3),
    name: wish.name ?? "host-1",
    state: "active",
    connection: "connected",
    enrolledAt: wish.enrolledAt ?? 1000,
    facts: { hostname: "machine-1", platform: "linux/arm64", osRelease: "Debian 12", agentVersion: "0.1.0", cpuCount: 2, memoryBytes: 1e9 },
    labels: wish.labels ?? {},
    revision: 1,
    groupName: wish.groupName ?? "canary",
    fleetName: "edge",
    applications: [{ applicationId: id(4), name: "Web", currentVersion: wish.version ?? "1.0.0", phase: "healthy", healthy: true }],
    status: wish.status ?? "healthy",
  });
}
