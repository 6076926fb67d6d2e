import { sql } from "kysely";
import { reportedApplication } from "#shared/domain/host/reported.ts";
import { pickArtifact } from "#shared/domain/artifact/platform.ts";
import type { RolloutEvidence } from "#shared/domain/rollout/advance.ts";
import type { MemberEvidence } from "#shared/domain/rollout/member-outcome.ts";
import type { MemberReport } from "#shared/domain/rollout/member-report.ts";
import type { Policy } from "#shared/domain/rollout/policy.ts";
import type { Rollout } from "#shared/domain/rollout/rollout.ts";
import { readReleases, type ReleaseCatalog } from "./release-catalog.ts";
import { idOf, toPolicy, toRollout, toWave, type Db } from "./rows.ts";

/** A rollout as it is judged, with what running its steps needs. */
export type RolloutFile = RolloutEvidence & { readonly rollout: Rollout; readonly releases: ReleaseCatalog };

/** Reads a rollout with its targets; undefined when there is none. */
export async function readRollout(db: Db, rolloutId: string): Promise<Rollout | undefined> {
  const row = await db.selectFrom("rollouts").selectAll().where("id", "=", rolloutId).executeTakeFirst();
  if (row === undefined) return undefined;
  const targets = await db.selectFrom("rolloutTargets").selectAll().where("rolloutId", "=", rolloutId).orderBy("subscriptionId").execute();
  return toRollout(row, targets);
}

/** Reads everything that `advance` judges, in the transaction that will run its steps. */
export async function readEvidence(db: Db, rolloutId: string, now: number): Promise<RolloutFile | undefined> {
  const rollout = await readRollout(db, rolloutId);
  if (rollout === undefined) return undefined;
  const waves = await db.selectFrom("waves").selectAll().where("rolloutId", "=", rolloutId).orderBy("ordinal").execute();
  const releases = await readReleases(
    db,
    rollout.targets.map((target) => target.toReleaseId),
  );
  return {
    rollout,
    waves: waves.map(toWave),
    members: await readMembers(db, rollout, releases, now),
    obstacle: obstacleOf(releases),
    releases,
  };
}

function obstacleOf(releases: ReleaseCatalog): string | undefined {
  for (const release of releases.values()) {
    if (release.blocked) return `${release.version} was blocked`;
    if (release.state !== "published") return `${release.version} was withdrawn`;
  }
  return undefined;
}

/** Members of waves that have opened and not passed, each with its host, its last report and its latest attempt. */
async function readMembers(db: Db, rollout: Rollout, releases: ReleaseCatalog, now: number): Promise<readonly MemberEvidence[]> {
  const policies = await readPolicies(db, rollout);
  const rows = await selectMembers(db, rollout.id, now);
  const running = rollout.state === "running";
  return rows.map((row): MemberEvidence => {
    const subscription = policies.get(row.subscriptionId);
    const artifact = row.platform === null ? undefined : pickArtifact(releases.get(row.toReleaseId)?.artifacts ?? [], row.platform);
    return {
      waveId: idOf(row.waveId),
      hostId: idOf(row.hostId),
      subscriptionId: idOf(row.subscriptionId),
      state: row.state,
      updatedAt: row.updatedAt,
      departure: departureOf(row),
      digest: artifact?.sha256,
      offering: running && (rollout.kind === "rollback" || subscription?.paused !== true),
      updateTimeoutMs: subscription?.updateTimeoutMs ?? 0,
      heardAt: row.connection === "cloned" ? undefined : (row.lastSeenAt ?? undefined),
      report: toReport(row),
      quarantined: row.quarantined === 1,
      attempt:
        row.attemptId === null || row.attemptState === null
          ? undefined
          : { grantId: idOf(row.attemptId), state: row.attemptState, issuedAt: row.issuedAt ?? 0, expiresAt: row.expiresAt ?? 0 },
    };
  });
}

async function readPolicies(db: Db, rollout: Rollout): Promise<ReadonlyMap<string, Policy>> {
  const rows = await db
    .selectFrom("subscriptions")
    .select(["id", "policy"])
    .where(
      "id",
      "in",
      rollout.targets.map((target) => target.subscriptionId),
    )
    .execute();
  return new Map(rows.map((row) => [row.id, toPolicy(row.policy)]));
}

function selectMembers(db: Db, rolloutId: string, now: number) {
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
    .where("waves.rolloutId", "=", rolloutId)
    .where("waves.state", "in", ["open", "baking", "tripped"])
    .execute();
}

type MemberRow = Awaited<ReturnType<typeof selectMembers>>[number];

function departureOf(row: MemberRow): string | undefined {
  if (row.hostState !== "active") return row.hostState === "revoked" ? "revoked" : "waits for approval";
  if (row.groupId !== row.waveGroupId) return `moved to ${row.groupName}`;
  return row.pinnedVersion === null ? undefined : `pinned to ${row.pinnedVersion}`;
}

function toReport(row: MemberRow): MemberReport | undefined {
  if (row.reportedAt === null || row.phase === null) return undefined;
  return {
    at: row.reportedAt,
    digest: row.currentDigest ?? undefined,
    version: row.currentVersion ?? undefined,
    phase: row.phase,
    grantId: row.reportedGrantId === null ? undefined : idOf(row.reportedGrantId),
    healthy: row.healthy === 1,
    failure: row.reported === null ? undefined : failureIn(row.reported),
  };
}

/** The failure in a stored report, if it tells one. */
export function failureIn(
  reported: string,
): { readonly cause: string; readonly message: string; readonly logTail?: string | undefined } | undefined {
  return reportedApplication.safeParse(JSON.parse(reported)).data?.failure;
}
