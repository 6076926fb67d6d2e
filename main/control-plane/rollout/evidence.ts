import { pickArtifact } from "#shared/domain/artifact/platform.ts";
import type { RolloutEvidence } from "#shared/domain/rollout/advance.ts";
import type { MemberEvidence } from "#shared/domain/rollout/member-outcome.ts";
import type { Policy } from "#shared/domain/rollout/policy.ts";
import type { Rollout } from "#shared/domain/rollout/rollout.ts";
import { selectMembers, type MemberRecord } from "./member-records.ts";
import { readReleases, type ReleaseCatalog } from "./release-catalog.ts";
import { toMemberReport } from "./reported-columns.ts";
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
      report: toMemberReport(row),
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

function departureOf(row: MemberRecord): string | undefined {
  if (row.hostState !== "active") return row.hostState === "revoked" ? "revoked" : "waits for approval";
  if (row.groupId !== row.waveGroupId) return `moved to ${row.groupName}`;
  return row.pinnedVersion === null ? undefined : `pinned to ${row.pinnedVersion}`;
}
