import { sql } from "kysely";
import type { Db } from "./rows.ts";

/** Members of waves that have opened and not passed, with their hosts, what they reported of the application, and their latest grant of this rollout. */
function joinMembers(db: Db, rolloutId: string) {
  return db
    .selectFrom("waves")
    .innerJoin("waveMembers", "waveMembers.waveId", "waves.id")
    .innerJoin("hosts", "hosts.id", "waveMembers.hostId")
    .innerJoin("groups", "groups.id", "hosts.groupId")
    .innerJoin("rolloutTargets", (join) =>
      join
        .onRef("rolloutTargets.rolloutId", "=", "waves.rolloutId")
        .onRef("rolloutTargets.subscriptionId", "=", "waveMembers.subscriptionId"),
    )
    .leftJoin("hostApplications as app", (join) =>
      join.onRef("app.hostId", "=", "hosts.id").onRef("app.applicationId", "=", "rolloutTargets.applicationId"),
    )
    .leftJoin("releases as pin", (join) =>
      join.onRef("pin.id", "=", "hosts.pinnedReleaseId").onRef("pin.applicationId", "=", "rolloutTargets.applicationId"),
    )
    .leftJoin("grants", (join) =>
      join.on(
        "grants.id",
        "=",
        sql<string>`(select g.id from grants g where g."hostId" = hosts.id and g."applicationId" = "rolloutTargets"."applicationId" and g."rolloutId" = waves."rolloutId" order by g."issuedAt" desc, g.rowid desc limit 1)`,
      ),
    )
    .where("waves.rolloutId", "=", rolloutId)
    .where("waves.state", "in", ["open", "baking", "tripped"]);
}

/** Reads the members of waves that have opened and not passed, flat, as {@link readEvidence} makes evidence of them. */
export function selectMembers(db: Db, rolloutId: string, now: number) {
  return joinMembers(db, rolloutId)
    .select(["waveMembers.waveId", "waveMembers.hostId", "waveMembers.subscriptionId", "waveMembers.state", "waveMembers.updatedAt"])
    .select([
      "hosts.state as hostState",
      "hosts.connection",
      "hosts.lastSeenAt",
      "hosts.platform",
      "hosts.groupId",
      "groups.name as groupName",
      "waves.groupId as waveGroupId",
    ])
    .select([
      "rolloutTargets.toReleaseId",
      "pin.version as pinnedVersion",
      "app.currentDigest",
      "app.currentVersion",
      "app.phase",
      "app.healthy",
      "app.reportedAt",
    ])
    .select((eb) => [
      "app.unwellSince",
      sql<number | null>`json_extract(${eb.ref("app.reported")}, '$.restarts')`.as("restarts"),
      sql<number | null>`json_extract(${eb.ref("app.reported")}, '$.uptimeMs')`.as("uptimeMs"),
    ])
    .select([
      "app.grantId as reportedGrantId",
      "grants.id as attemptId",
      "grants.state as attemptState",
      "grants.issuedAt",
      "grants.expiresAt",
    ])
    .select((eb) => [
      // The whole report is read only where it has a failure to tell.
      eb
        .case()
        .when("app.healthy", "=", 0)
        .then(eb.ref("app.reported"))
        .when("app.phase", "in", ["failed", "reverting", "reverted"])
        .then(eb.ref("app.reported"))
        .else(null)
        .end()
        .as("reported"),
      eb
        .exists(
          eb
            .selectFrom("hostQuarantines as q")
            .select("q.hostId")
            .whereRef("q.hostId", "=", "hosts.id")
            .whereRef("q.applicationId", "=", "rolloutTargets.applicationId")
            .whereRef("q.releaseId", "=", "rolloutTargets.toReleaseId")
            .where((or) => or.or([or("q.expiresAt", "is", null), or("q.expiresAt", ">", now)])),
        )
        .$castTo<0 | 1>()
        .as("quarantined"),
    ])
    .execute();
}

/** One row of {@link selectMembers}. */
export type MemberRecord = Awaited<ReturnType<typeof selectMembers>>[number];
