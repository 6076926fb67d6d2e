import { rollbackCaveats, rollbackTarget } from "#shared/domain/rollout/rollback-plan.ts";
import type { FleetScope } from "#shared/domain/access/permission.ts";
import { isInScope } from "#shared/domain/access/permission.ts";
import type { RollbackPreview } from "#shared/contract/rollouts.ts";
import { reportedApplication } from "#shared/domain/host/reported.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { FleetId, ReleaseId, SubscriptionId } from "#shared/lib/ids.ts";
import { activeRolloutsOf, requireOfferable, type PlannedTarget } from "./plan.ts";
import { isBelowMinimum, optionFor, readReleases, type CatalogRelease } from "./release-catalog.ts";
import { idOf, toPolicy, type Db } from "./rows.ts";

/** What to take back. Without a release, each subscription goes to what its history says was healthy before. */
export type RollbackInput = { readonly subscriptionIds: readonly SubscriptionId[]; readonly toReleaseId?: ReleaseId | undefined };

/** One subscription of a rollback with the words for people. */
export type RollbackTarget = PlannedTarget & {
  readonly groupName: string;
  readonly position: number;
  readonly fromVersion: string | undefined;
  readonly detachesFrom: string | undefined;
};

/** A rollback that can be previewed and started. All of its subscriptions are of one fleet. */
export type RollbackPlan = { readonly fleetId: FleetId; readonly targets: readonly RollbackTarget[] };

/**
 * Finds out where each subscription goes back to.
 *
 * @throws AppError NOT_FOUND, INPUT_INVALID, POLICY_NO_ROLLBACK_TARGET, POLICY_QUARANTINED or POLICY_REFUSED; nothing was rolled back.
 */
export async function resolveRollback(db: Db, scope: FleetScope, input: RollbackInput): Promise<RollbackPlan> {
  const ids = [...new Set(input.subscriptionIds)];
  const rows = (await selectSubscriptions(db, ids)).filter((row) => isInScope(scope, row.fleetId));
  const [first] = rows;
  if (first === undefined || rows.length < ids.length)
    throw new AppError("NOT_FOUND", "There is no such subscription; nothing was rolled back.");
  if (rows.some((row) => row.fleetId !== first.fleetId))
    throw new AppError("INPUT_INVALID", "These subscriptions are of several fleets; roll each fleet back by itself.");
  const targets = await Promise.all(rows.map((row) => toRollbackTarget(db, row, input.toReleaseId)));
  return { fleetId: idOf(first.fleetId), targets: targets.toSorted((left, right) => left.position - right.position) };
}

function selectSubscriptions(db: Db, ids: readonly string[]) {
  return db
    .selectFrom("subscriptions")
    .innerJoin("groups", "groups.id", "subscriptions.groupId")
    .innerJoin("applications", "applications.id", "subscriptions.applicationId")
    .leftJoin("channels", "channels.id", "subscriptions.channelId")
    .leftJoin("releases as present", "present.id", "subscriptions.targetReleaseId")
    .leftJoin("rolloutTargets as held", (join) => join.onRef("held.subscriptionId", "=", "subscriptions.id").on("held.active", "=", 1))
    .select([
      "subscriptions.id",
      "subscriptions.groupId",
      "subscriptions.applicationId",
      "subscriptions.policy",
      "subscriptions.following",
      "subscriptions.targetReleaseId",
    ])
    .select([
      "groups.fleetId",
      "groups.name as groupName",
      "groups.position",
      "channels.name as channelName",
      "present.version as fromVersion",
      "held.rolloutId",
      "applications.name as applicationName",
    ])
    .where("subscriptions.id", "in", ids)
    .execute();
}

type SubscriptionRow = Awaited<ReturnType<typeof selectSubscriptions>>[number];

async function toRollbackTarget(db: Db, row: SubscriptionRow, toReleaseId: ReleaseId | undefined): Promise<RollbackTarget> {
  const release = toReleaseId === undefined ? await findTarget(db, row) : await namedTarget(db, row, toReleaseId);
  return {
    subscriptionId: idOf(row.id),
    applicationId: idOf(row.applicationId),
    groupId: idOf(row.groupId),
    policy: toPolicy(row.policy),
    release,
    presentReleaseId: row.targetReleaseId === null ? undefined : idOf(row.targetReleaseId),
    baselineReleaseId: undefined,
    activeRolloutId: row.rolloutId === null ? undefined : idOf(row.rolloutId),
    groupName: row.groupName,
    position: row.position,
    fromVersion: row.fromVersion ?? undefined,
    detachesFrom: row.following === 1 ? (row.channelName ?? undefined) : undefined,
  };
}

async function namedTarget(db: Db, row: SubscriptionRow, toReleaseId: ReleaseId): Promise<CatalogRelease> {
  const release = (await readReleases(db, [toReleaseId])).get(toReleaseId);
  if (release === undefined) throw new AppError("NOT_FOUND", "There is no such release; nothing was rolled back.");
  if (release.applicationId !== row.applicationId)
    throw new AppError(
      "INPUT_INVALID",
      `${release.applicationName} ${release.version} is not a release of ${row.applicationName}; nothing was rolled back.`,
    );
  requireOfferable(release);
  return release;
}

async function findTarget(db: Db, row: SubscriptionRow): Promise<CatalogRelease> {
  const history = await readHistory(db, row.id);
  const releases = await readReleases(
    db,
    history.map((entry) => entry.toReleaseId),
  );
  const mayBeOffered = (id: string): boolean => {
    const release = releases.get(id);
    return release?.state === "published" && !release.blocked && !isBelowMinimum(release);
  };
  const found = rollbackTarget(history, row.targetReleaseId === null ? undefined : idOf(row.targetReleaseId), mayBeOffered);
  const release = found && releases.get(found);
  if (release === undefined)
    throw new AppError(
      "POLICY_NO_ROLLBACK_TARGET",
      `${row.applicationName} in ${row.groupName} has no earlier release that completed and may be offered; nothing was rolled back.`,
      { details: { subscriptionId: row.id } },
    );
  return release;
}

async function readHistory(db: Db, subscriptionId: string) {
  const rows = await db
    .selectFrom("targetChanges")
    .select(["cause", "fromReleaseId", "toReleaseId", "outcome"])
    .where("subscriptionId", "=", subscriptionId)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    cause: row.cause,
    outcome: row.outcome,
    toReleaseId: idOf<ReleaseId>(row.toReleaseId),
    fromReleaseId: row.fromReleaseId === null ? undefined : idOf<ReleaseId>(row.fromReleaseId),
  }));
}

/** Says why a subscription has nowhere to go back to, or undefined when it has. */
export async function noWayBack(db: Db, subscriptionIds: readonly SubscriptionId[]): Promise<string | undefined> {
  try {
    await resolveRollback(db, "all", { subscriptionIds });
    return undefined;
  } catch (failure) {
    if (failure instanceof AppError) return failure.message;
    throw failure;
  }
}

type HostFacts = {
  readonly connected: boolean;
  readonly pinned: boolean;
  readonly hasSlot: boolean;
  readonly runsIt: boolean;
  readonly sizeBytes: number | undefined;
};

/** What a rollback will do, to how many hosts, and what it will not undo. */
export async function previewRollback(db: Db, plan: RollbackPlan): Promise<RollbackPreview> {
  const facts = await Promise.all(plan.targets.map(async (target) => ({ target, hosts: await readHostFacts(db, target) })));
  const moving = facts.flatMap(({ hosts }) => hosts).filter((host) => !host.runsIt);
  const fetching = moving.filter((host) => !host.pinned && !host.hasSlot && host.sizeBytes !== undefined);
  return {
    subscriptions: facts.map(({ target, hosts }) => toPreviewRow(target, hosts)),
    supersedes: [...activeRolloutsOf(plan.targets)],
    notUndone: [
      ...rollbackCaveats({
        disconnected: moving.filter((host) => !host.connected && !host.pinned).length,
        pinned: moving.filter((host) => host.pinned).length,
        withoutSlot: fetching.length,
        downloadBytes: fetching.reduce((sum, host) => sum + (host.sizeBytes ?? 0), 0),
        withoutArtifact: moving.filter((host) => !host.pinned && host.sizeBytes === undefined).length,
      }),
    ],
  };
}

function toPreviewRow(target: RollbackTarget, hosts: readonly HostFacts[]): RollbackPreview["subscriptions"][number] {
  const { subscriptionId, groupId, groupName, release, fromVersion, detachesFrom } = target;
  return {
    subscriptionId,
    groupId,
    groupName,
    applicationName: release.applicationName,
    toVersion: release.version,
    toReleaseId: release.releaseId,
    hosts: hosts.filter((host) => !host.runsIt).length,
    hostsWithSlot: hosts.filter((host) => !host.runsIt && host.hasSlot).length,
    ...(fromVersion === undefined ? {} : { fromVersion }),
    ...(detachesFrom === undefined ? {} : { detachesFrom }),
  };
}

async function readHostFacts(db: Db, target: RollbackTarget): Promise<readonly HostFacts[]> {
  const rows = await db
    .selectFrom("hosts")
    .leftJoin("hostApplications as app", (join) =>
      join.onRef("app.hostId", "=", "hosts.id").on("app.applicationId", "=", target.applicationId),
    )
    .leftJoin("releases as pin", (join) =>
      join.onRef("pin.id", "=", "hosts.pinnedReleaseId").on("pin.applicationId", "=", target.applicationId),
    )
    .select(["hosts.connection", "hosts.platform", "app.currentDigest", "app.reported", "pin.id as pinId"])
    .where("hosts.groupId", "=", target.groupId)
    .where("hosts.state", "=", "active")
    .execute();
  return rows.map((row) => {
    const artifact = optionFor(target.release, row.platform).artifact;
    const slots = row.reported === null ? [] : (reportedApplication.safeParse(JSON.parse(row.reported)).data?.slots ?? []);
    return {
      connected: row.connection === "connected",
      pinned: row.pinId !== null,
      hasSlot: slots.some((slot) => slot.digest === artifact?.digest),
      runsIt: artifact !== undefined && row.currentDigest === artifact.digest,
      sizeBytes: artifact?.sizeBytes,
    };
  });
}
