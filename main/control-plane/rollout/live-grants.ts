import { pickArtifact } from "#shared/domain/artifact/platform.ts";
import { grantProgress, type GrantProgress } from "#shared/domain/rollout/member-report.ts";
import type { ApplicationId, GrantId, HostId, RolloutId, SubscriptionId } from "#shared/lib/ids.ts";
import { toMemberReport } from "./reported-columns.ts";
import { readReleases } from "./release-catalog.ts";
import { idOf, type Db } from "./rows.ts";

/** A live grant and how far its host says it has come. */
export type LiveGrant = {
  readonly grantId: GrantId;
  readonly hostId: HostId;
  readonly applicationId: ApplicationId;
  readonly subscriptionId: SubscriptionId;
  readonly rolloutId: RolloutId | undefined;
  readonly expiresAt: number;
  readonly progress: GrantProgress;
};

/** Hosts of one query; SQLite bounds the values of one statement. */
const HOSTS_AT_ONCE = 1_000;

/** Reads the live grants of these hosts against their last reports. */
export async function readLiveGrants(db: Db, hostIds: readonly HostId[], now: number): Promise<readonly LiveGrant[]> {
  const found: LiveGrant[] = [];
  for (let from = 0; from < hostIds.length; from += HOSTS_AT_ONCE)
    found.push(...(await readSome(db, hostIds.slice(from, from + HOSTS_AT_ONCE), now)));
  return found;
}

async function readSome(db: Db, hostIds: readonly HostId[], now: number): Promise<readonly LiveGrant[]> {
  const rows = await selectGrants(db, hostIds, now);
  const releases = await readReleases(
    db,
    rows.map((row) => row.releaseId),
  );
  return rows.map((row) => {
    const artifact = row.platform === null ? undefined : pickArtifact(releases.get(row.releaseId)?.artifacts ?? [], row.platform);
    const report = toMemberReport({ ...row, restarts: null, uptimeMs: null });
    return {
      grantId: idOf(row.id),
      hostId: idOf(row.hostId),
      applicationId: idOf(row.applicationId),
      subscriptionId: idOf(row.subscriptionId),
      rolloutId: row.rolloutId === null ? undefined : idOf(row.rolloutId),
      expiresAt: row.expiresAt,
      progress: grantProgress(
        report,
        { grantId: idOf(row.id), digest: artifact?.sha256 },
        row.quarantinedDigest !== null && row.quarantinedDigest === artifact?.sha256,
      ),
    };
  });
}

function selectGrants(db: Db, hostIds: readonly HostId[], now: number) {
  return db
    .selectFrom("grants")
    .innerJoin("hosts", "hosts.id", "grants.hostId")
    .leftJoin("hostApplications as app", (join) =>
      join.onRef("app.hostId", "=", "grants.hostId").onRef("app.applicationId", "=", "grants.applicationId"),
    )
    .select([
      "grants.id",
      "grants.hostId",
      "grants.applicationId",
      "grants.subscriptionId",
      "grants.rolloutId",
      "grants.releaseId",
      "grants.expiresAt",
    ])
    .select([
      "hosts.platform",
      "app.currentDigest",
      "app.currentVersion",
      "app.phase",
      "app.healthy",
      "app.grantId as reportedGrantId",
      "app.reported",
      "app.reportedAt",
      "app.unwellSince",
    ])
    .select((eb) =>
      eb
        .selectFrom("hostQuarantines as q")
        .select("q.digest")
        .whereRef("q.hostId", "=", "grants.hostId")
        .whereRef("q.applicationId", "=", "grants.applicationId")
        .whereRef("q.releaseId", "=", "grants.releaseId")
        .where((or) => or.or([or("q.expiresAt", "is", null), or("q.expiresAt", ">", now)]))
        .limit(1)
        .as("quarantinedDigest"),
    )
    .where("grants.hostId", "in", hostIds)
    .where("grants.state", "=", "active")
    .where("grants.expiresAt", ">", now)
    .execute();
}
