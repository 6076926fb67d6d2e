import type { Policy } from "#shared/domain/rollout/policy.ts";
import type { WavePlan } from "#shared/domain/rollout/rollout.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { ApplicationId, FleetId, GroupId, ReleaseId, RolloutId, SubscriptionId } from "#shared/lib/ids.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import { isBelowMinimum, readReleases, type CatalogRelease } from "./release-catalog.ts";
import { requireAccepted, type AcceptedProducts } from "./require-accepted.ts";
import { idOf, toPolicy, type Db } from "./rows.ts";

/** What an operator plans, or what a channel's move amounts to. */
export type PlanInput = {
  readonly fleetId: FleetId;
  readonly releaseIds: readonly ReleaseId[];
  readonly waves: readonly WavePlan[];
};

/** What a rollout does to one subscription, with what is known of it now. */
export type PlannedTarget = {
  readonly subscriptionId: SubscriptionId;
  readonly applicationId: ApplicationId;
  readonly groupId: GroupId;
  readonly policy: Policy;
  readonly release: CatalogRelease;
  readonly presentReleaseId: ReleaseId | undefined;
  /** The last target that completed: what hosts are offered until their wave opens. */
  readonly baselineReleaseId: ReleaseId | undefined;
  readonly activeRolloutId: RolloutId | undefined;
};

/** A plan that can be previewed and started. */
export type Plan = {
  readonly fleetId: FleetId;
  readonly waves: readonly WavePlan[];
  readonly groupNames: ReadonlyMap<string, string>;
  readonly releases: readonly CatalogRelease[];
  readonly targets: readonly PlannedTarget[];
};

/**
 * Finds out what a plan means for the fleet as it is now.
 *
 * @throws AppError NOT_FOUND, INPUT_INVALID, POLICY_QUARANTINED, POLICY_REFUSED, TRUST_BELOW_MINIMUM or TRUST_NOT_ACCEPTED;
 * nothing was started.
 */
export async function resolvePlan(db: Db, input: PlanInput, acceptedProducts: AcceptedProducts): Promise<Plan> {
  const groupNames = await readGroups(db, input);
  const releases = await requireReleases(db, input.releaseIds);
  await requireAccepted(db, input.fleetId, releases, acceptedProducts(input.fleetId));
  const targets = await readTargets(db, [...groupNames.keys()], releases);
  if (targets.length === 0)
    throw new AppError(
      "POLICY_REFUSED",
      "None of these groups is subscribed to the application, so nothing would change; nothing was started.",
    );
  await guardDowngrades(db, targets);
  return { fleetId: input.fleetId, waves: input.waves, groupNames, releases, targets };
}

async function readGroups(db: Db, { fleetId, waves }: PlanInput): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(waves.map((wave) => wave.groupId))];
  const rows = await db.selectFrom("groups").select(["id", "name"]).where("fleetId", "=", fleetId).where("id", "in", wanted).execute();
  if (rows.length < wanted.length)
    throw new AppError("NOT_FOUND", "A wave names a group that this fleet does not have; nothing was started.");
  return new Map(rows.map((row) => [row.id, row.name]));
}

async function requireReleases(db: Db, releaseIds: readonly ReleaseId[]): Promise<readonly CatalogRelease[]> {
  const catalog = await readReleases(db, releaseIds);
  const releases = [...catalog.values()];
  if (releases.length < new Set(releaseIds).size) throw new AppError("NOT_FOUND", "There is no such release; nothing was started.");
  if (new Set(releases.map((release) => release.applicationId)).size < releases.length)
    throw new AppError("INPUT_INVALID", "Two of these releases are of the same application; a rollout brings one release of each.");
  for (const release of releases) requireOfferable(release);
  return releases;
}

/** @throws AppError POLICY_QUARANTINED, POLICY_REFUSED or TRUST_BELOW_MINIMUM when the release may not be offered. */
export function requireOfferable(release: CatalogRelease): void {
  if (release.blocked)
    throw new AppError("POLICY_QUARANTINED", `${release.applicationName} ${release.version} is blocked; nothing was started.`);
  if (release.state !== "published")
    throw new AppError(
      "POLICY_REFUSED",
      `${release.applicationName} ${release.version} is ${release.state === "draft" ? "still a draft" : "withdrawn"}; nothing was started.`,
    );
  if (isBelowMinimum(release))
    throw new AppError(
      "TRUST_BELOW_MINIMUM",
      `${release.applicationName} ${release.version} is below the signed minimum version ${release.minimumVersion}; nothing was started.`,
    );
}

async function readTargets(db: Db, groupIds: readonly string[], releases: readonly CatalogRelease[]): Promise<readonly PlannedTarget[]> {
  const rows = await db
    .selectFrom("subscriptions")
    .leftJoin("rolloutTargets as held", (join) => join.onRef("held.subscriptionId", "=", "subscriptions.id").on("held.active", "=", 1))
    .select([
      "subscriptions.id",
      "subscriptions.groupId",
      "subscriptions.applicationId",
      "subscriptions.policy",
      "subscriptions.targetReleaseId",
      "held.rolloutId",
    ])
    .where("subscriptions.groupId", "in", groupIds)
    .where(
      "subscriptions.applicationId",
      "in",
      releases.map((release) => release.applicationId),
    )
    .orderBy("subscriptions.id")
    .execute();
  const targets = rows.map(async (row): Promise<PlannedTarget | undefined> => {
    const release = releases.find((one) => one.applicationId === row.applicationId);
    return (
      release && {
        subscriptionId: idOf(row.id),
        applicationId: release.applicationId,
        groupId: idOf(row.groupId),
        policy: toPolicy(row.policy),
        release,
        presentReleaseId: row.targetReleaseId === null ? undefined : idOf(row.targetReleaseId),
        baselineReleaseId: await readBaseline(db, row.id),
        activeRolloutId: row.rolloutId === null ? undefined : idOf(row.rolloutId),
      }
    );
  });
  return (await Promise.all(targets)).filter((target) => target !== undefined);
}

/** The release of the last target change that completed. */
async function readBaseline(db: Db, subscriptionId: string): Promise<ReleaseId | undefined> {
  const row = await db
    .selectFrom("targetChanges")
    .select("toReleaseId")
    .where("subscriptionId", "=", subscriptionId)
    .where("outcome", "=", "completed")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && idOf(row.toReleaseId);
}

async function guardDowngrades(db: Db, targets: readonly PlannedTarget[]): Promise<void> {
  const baselines = await readReleases(
    db,
    targets.map((target) => target.baselineReleaseId),
  );
  for (const { baselineReleaseId, policy, release } of targets) {
    const baseline = baselines.get(baselineReleaseId ?? "");
    if (baseline === undefined || policy.allowDowngrade || compareSemver(release.version, baseline.version) >= 0) continue;
    throw new AppError(
      "POLICY_REFUSED",
      `${release.version} is older than ${baseline.version}; roll back instead, or allow downgrades in the policy. Nothing was started.`,
    );
  }
}

/** Rollouts that hold these subscriptions now. */
export function activeRolloutsOf(targets: readonly PlannedTarget[]): readonly RolloutId[] {
  return [...new Set(targets.map((target) => target.activeRolloutId).filter((id) => id !== undefined))];
}
