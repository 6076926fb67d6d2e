import type { FleetRow, SubscriptionRow } from "#shared/contract/fleets.ts";
import type { HomeOverview, RolloutRow } from "#shared/contract/rollouts.ts";
import type { HostStatus } from "#shared/domain/host/host-status.ts";
import type { CellCount, CellLookup } from "../fleet/fleet-census.ts";

type Matrix = HomeOverview["matrix"];
type Cell = Matrix[number]["groups"][number]["cells"][number];

/** What runs where: fleets and groups down, a cell per subscription, versions by the number of hosts that report them. */
export function versionMatrix(fleets: readonly FleetRow[], count: CellLookup, activeRollouts: readonly RolloutRow[]): Matrix {
  const states = new Map<string, RolloutRow["state"]>(activeRollouts.map((rollout) => [rollout.id, rollout.state]));
  const cell = (subscription: SubscriptionRow): Cell => {
    const counted = count(subscription.groupId, subscription.applicationId);
    return {
      subscriptionId: subscription.id,
      applicationName: subscription.applicationName,
      ...(subscription.targetVersion === undefined ? {} : { targetVersion: subscription.targetVersion }),
      versions: [...counted.versions].sort((left, right) => right.hosts - left.hosts || (left.version < right.version ? -1 : 1)),
      status: cellStatus(subscription, counted, states.get(subscription.activeRolloutId ?? "")),
    };
  };
  return fleets.map((fleet) => ({
    fleetId: fleet.id,
    fleetName: fleet.name,
    groups: fleet.groups.map((group) => ({
      groupId: group.id,
      groupName: group.name,
      hosts: group.hosts,
      cells: group.subscriptions.map(cell),
    })),
  }));
}

/**
 * One word for a cell: what needs a person, what somebody stopped, what moves, unless all that could waits on its hosts. Single silent hosts are for the attention
 * list; the cell is unknown when none of its hosts reports.
 */
export function cellStatus(
  subscription: Pick<SubscriptionRow, "policy">,
  count: CellCount,
  rollout: RolloutRow["state"] | undefined,
): HostStatus {
  if (count.failed > 0 || rollout === "tripped") return "failed";
  if (subscription.policy.paused || rollout === "paused") return "paused";
  if (count.waiting > 0 && count.moving === 0) return "paused";
  if (count.moving > 0 || rollout !== undefined) return "progressing";
  return count.reporting === 0 ? "unknown" : "healthy";
}
