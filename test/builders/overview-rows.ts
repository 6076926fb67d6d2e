import { randomUUID } from "node:crypto";
import { fleetRow, subscriptionRow, type FleetRow, type SubscriptionRow } from "#shared/contract/fleets.ts";
import { rolloutRow, type RolloutRow } from "#shared/contract/rollouts.ts";
import { DEFAULT_POLICY } from "#shared/domain/rollout/policy.ts";

/** A subscription of the group "canary" to "web", at its channel's release. */
export function aSubscriptionRow(change: Partial<SubscriptionRow> = {}): SubscriptionRow {
  return subscriptionRow.parse({
    id: randomUUID(),
    groupId: randomUUID(),
    applicationId: randomUUID(),
    following: true,
    policy: DEFAULT_POLICY,
    revision: 0,
    fleetId: randomUUID(),
    groupName: "canary",
    applicationName: "web",
    productId: "org.example.web",
    channelName: "stable",
    targetVersion: "1.5.0",
    ...change,
  });
}

/** A fleet "production" whose one group has these subscriptions. */
export function aFleetRow(subscriptions: readonly SubscriptionRow[]): FleetRow {
  const id = randomUUID();
  const counts = { hosts: 3, connected: 3 };
  const group = { id: randomUUID(), fleetId: id, name: "canary", position: 0, revision: 0, subscriptions, ...counts };
  return fleetRow.parse({ id, name: "production", description: "", createdAt: 0, revision: 0, groups: [group], ...counts });
}

/** A rollout of web 1.5.0 in the fleet "production". */
export function aRolloutRow(change: Partial<RolloutRow> = {}): RolloutRow {
  return rolloutRow.parse({
    id: randomUUID(),
    fleetId: randomUUID(),
    kind: "update",
    state: "running",
    salt: "s",
    reason: "",
    createdAt: 100,
    createdBy: "user:ana",
    stateReason: "",
    revision: 0,
    fleetName: "production",
    targets: [],
    title: "web 1.5.0",
    counts: { waiting: 0, updating: 0, succeeded: 0, failed: 0, excluded: 0 },
    waveStates: [],
    ...change,
  });
}
