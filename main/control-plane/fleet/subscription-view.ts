import type { Kysely } from "kysely";
import { subscriptionRow, type SubscriptionRow } from "#shared/contract/fleets.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { heldBackText } from "#shared/domain/fleet/held-back.ts";
import { policy } from "#shared/domain/rollout/policy.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Schema } from "../db/schema.ts";
import { withoutNulls } from "../db/without-nulls.ts";
import { fleetInScope } from "../db/fleet-in-scope.ts";

/** Which subscriptions; absent members do not limit. */
export type SubscriptionFilter = {
  readonly id?: string | undefined;
  readonly fleetId?: string | undefined;
  readonly groupIds?: readonly string[] | undefined;
};

/** Subscriptions with the words people know them by, ordered by application. */
export async function readSubscriptionRows(
  db: Kysely<Schema>,
  scope: FleetScope,
  filter: SubscriptionFilter = {},
): Promise<SubscriptionRow[]> {
  const rows = await select(db, scope)
    .$if(filter.id !== undefined, (query) => query.where("subscriptions.id", "=", filter.id ?? ""))
    .$if(filter.fleetId !== undefined, (query) => query.where("groups.fleetId", "=", filter.fleetId ?? ""))
    .$if(filter.groupIds !== undefined, (query) => query.where("groups.id", "in", filter.groupIds ?? []))
    .orderBy("applications.name")
    .execute();
  return rows.map(toSubscriptionRow);
}

/** One subscription. @throws AppError NOT_FOUND. */
export async function readSubscriptionRow(db: Kysely<Schema>, scope: FleetScope, id: string): Promise<SubscriptionRow> {
  const [row] = await readSubscriptionRows(db, scope, { id });
  if (row === undefined) throw new AppError("NOT_FOUND", "There is no such subscription.");
  return row;
}

function select(db: Kysely<Schema>, scope: FleetScope) {
  return db
    .selectFrom("subscriptions")
    .innerJoin("groups", "groups.id", "subscriptions.groupId")
    .innerJoin("applications", "applications.id", "subscriptions.applicationId")
    .leftJoin("channels", "channels.id", "subscriptions.channelId")
    .leftJoin("releases as target", "target.id", "subscriptions.targetReleaseId")
    .leftJoin("releases as previous", "previous.id", "subscriptions.previousTargetReleaseId")
    .leftJoin("releases as pointed", "pointed.id", "channels.releaseId")
    .leftJoin("rolloutTargets", (join) =>
      join.onRef("rolloutTargets.subscriptionId", "=", "subscriptions.id").on("rolloutTargets.active", "=", 1),
    )
    .where(fleetInScope(scope, "groups.fleetId"))
    .selectAll("subscriptions")
    .select([
      "groups.fleetId",
      "groups.name as groupName",
      "applications.name as applicationName",
      "applications.productId",
      "channels.name as channelName",
      "target.version as targetVersion",
      "previous.version as previousTargetVersion",
      "pointed.version as channelVersion",
      "rolloutTargets.rolloutId as activeRolloutId",
    ]);
}

type Selected = Awaited<ReturnType<ReturnType<typeof select>["execute"]>>[number];

function toSubscriptionRow(row: Selected): SubscriptionRow {
  const following = row.following === 1;
  return subscriptionRow.parse({
    ...withoutNulls(row),
    following,
    policy: policy.parse(JSON.parse(row.policy)),
    heldBack: heldBackText({
      following,
      channelName: row.channelName ?? undefined,
      channelVersion: row.channelVersion ?? undefined,
      targetVersion: row.targetVersion ?? undefined,
    }),
  });
}
