import { sql } from "kysely";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import type { MemberCounts } from "#shared/domain/rollout/gate-reading.ts";
import { ACTIVE_ROLLOUT_STATES, type RolloutState } from "#shared/domain/rollout/rollout.ts";
import { readTraffic } from "./traffic.ts";
import { idOf, toRollout, toTarget, type Db } from "./rows.ts";

/** Which rollouts a list shows, newest first. */
export type RolloutFilter = {
  readonly fleetId?: string | undefined;
  readonly state?: RolloutState | undefined;
  readonly active?: boolean | undefined;
  readonly rolloutIds?: readonly string[] | undefined;
  readonly limit: number;
};

const NO_COUNTS: MemberCounts = { waiting: 0, updating: 0, succeeded: 0, failed: 0, excluded: 0 };

/** Reads rollouts as lists and headings show them, within the caller's fleets. */
export async function readRolloutRows(db: Db, scope: FleetScope, filter: RolloutFilter): Promise<RolloutRow[]> {
  const rollouts = await selectRollouts(db, scope, filter);
  const ids = rollouts.map((rollout) => rollout.id);
  if (ids.length === 0) return [];
  const targets = await selectTargets(db, ids);
  const waves = await selectWaves(db, ids);
  const counts = await readCounts(db, ids);
  const traffic = await readTraffic(db, ids);
  return rollouts.map(({ fleetName, ...row }) => {
    const ofRollout = targets.filter((target) => target.rolloutId === row.id).map(toTargetRow);
    const { targets: _, ...rollout } = toRollout(row, []);
    const sent = traffic.get(row.id);
    return {
      ...rollout,
      fleetName,
      targets: ofRollout,
      title: titleOf(ofRollout),
      counts: counts.get(row.id) ?? NO_COUNTS,
      ...(sent === undefined ? {} : { sent }),
      waveStates: waves.filter((wave) => wave.rolloutId === row.id).map((wave) => ({ groupName: wave.groupName, state: wave.state })),
    };
  });
}

function selectRollouts(db: Db, scope: FleetScope, filter: RolloutFilter) {
  let query = db
    .selectFrom("rollouts")
    .innerJoin("fleets", "fleets.id", "rollouts.fleetId")
    .selectAll("rollouts")
    .select("fleets.name as fleetName");
  if (scope !== "all") query = scope.length === 0 ? query.where(sql<boolean>`false`) : query.where("rollouts.fleetId", "in", scope);
  if (filter.fleetId !== undefined) query = query.where("rollouts.fleetId", "=", filter.fleetId);
  if (filter.state !== undefined) query = query.where("rollouts.state", "=", filter.state);
  if (filter.active !== undefined) query = query.where("rollouts.state", filter.active ? "in" : "not in", ACTIVE_ROLLOUT_STATES);
  if (filter.rolloutIds !== undefined) query = query.where("rollouts.id", "in", filter.rolloutIds);
  return query
    .orderBy("rollouts.createdAt", "desc")
    .orderBy(sql`rollouts.rowid`, "desc")
    .limit(filter.limit)
    .execute();
}

function selectTargets(db: Db, ids: readonly string[]) {
  return db
    .selectFrom("rolloutTargets")
    .innerJoin("subscriptions", "subscriptions.id", "rolloutTargets.subscriptionId")
    .innerJoin("groups", "groups.id", "subscriptions.groupId")
    .innerJoin("applications", "applications.id", "rolloutTargets.applicationId")
    .innerJoin("releases as later", "later.id", "rolloutTargets.toReleaseId")
    .leftJoin("releases as earlier", "earlier.id", "rolloutTargets.fromReleaseId")
    .selectAll("rolloutTargets")
    .select([
      "groups.id as groupId",
      "groups.name as groupName",
      "applications.name as applicationName",
      "later.version as toVersion",
      "earlier.version as fromVersion",
    ])
    .where("rolloutTargets.rolloutId", "in", ids)
    .orderBy("groups.position")
    .orderBy("applications.name")
    .execute();
}

type TargetRecord = Awaited<ReturnType<typeof selectTargets>>[number];

function toTargetRow(row: TargetRecord): RolloutRow["targets"][number] {
  const { applicationName, groupName, toVersion, fromVersion } = row;
  return {
    ...toTarget(row),
    applicationName,
    groupId: idOf(row.groupId),
    groupName,
    toVersion,
    ...(fromVersion === null ? {} : { fromVersion }),
  };
}

function selectWaves(db: Db, ids: readonly string[]) {
  return db
    .selectFrom("waves")
    .innerJoin("groups", "groups.id", "waves.groupId")
    .select(["waves.rolloutId", "waves.state", "groups.name as groupName"])
    .where("waves.rolloutId", "in", ids)
    .orderBy("waves.ordinal")
    .execute();
}

async function readCounts(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, MemberCounts>> {
  const rows = await db
    .selectFrom("waveMembers")
    .innerJoin("waves", "waves.id", "waveMembers.waveId")
    .select(["waves.rolloutId", "waveMembers.state"])
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("waves.rolloutId", "in", ids)
    .groupBy(["waves.rolloutId", "waveMembers.state"])
    .execute();
  const counts = new Map<string, MemberCounts>();
  for (const row of rows) counts.set(row.rolloutId, { ...NO_COUNTS, ...counts.get(row.rolloutId), [row.state]: row.count });
  return counts;
}

/** "web 1.5.0" for one application, "web 1.5.0 and 2 more" for several. */
function titleOf(targets: RolloutRow["targets"]): string {
  const names = [...new Set(targets.map((target) => `${target.applicationName} ${target.toVersion}`))];
  return names.length <= 1 ? (names[0] ?? "nothing") : `${names[0] ?? ""} and ${names.length - 1} more`;
}
