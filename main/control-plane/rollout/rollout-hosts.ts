import type { HostId } from "#shared/lib/ids.ts";
import { idOf, type Db } from "./rows.ts";

/** Connected hosts of the groups that a rollout concerns: whom to tell when it starts, stops or ends. */
export async function readConnectedHosts(db: Db, rolloutId: string): Promise<readonly HostId[]> {
  const rows = await db
    .selectFrom("hosts")
    .select("hosts.id")
    .where("hosts.connection", "=", "connected")
    .where("hosts.groupId", "in", (eb) =>
      eb
        .selectFrom("rolloutTargets")
        .innerJoin("subscriptions", "subscriptions.id", "rolloutTargets.subscriptionId")
        .select("subscriptions.groupId")
        .where("rolloutTargets.rolloutId", "=", rolloutId),
    )
    .execute();
  return rows.map((row) => idOf(row.id));
}

/** Connected hosts of one group. */
export async function readConnectedHostsOfGroup(db: Db, groupId: string): Promise<readonly HostId[]> {
  const rows = await db.selectFrom("hosts").select("id").where("groupId", "=", groupId).where("connection", "=", "connected").execute();
  return rows.map((row) => idOf(row.id));
}

/** Connected hosts of the groups that have this release as a target or a previous target. */
export async function readConnectedHostsOfRelease(db: Db, releaseId: string): Promise<readonly HostId[]> {
  const rows = await db
    .selectFrom("hosts")
    .innerJoin("subscriptions", "subscriptions.groupId", "hosts.groupId")
    .select("hosts.id")
    .distinct()
    .where("hosts.connection", "=", "connected")
    .where((eb) =>
      eb.or([eb("subscriptions.targetReleaseId", "=", releaseId), eb("subscriptions.previousTargetReleaseId", "=", releaseId)]),
    )
    .execute();
  return rows.map((row) => idOf(row.id));
}
