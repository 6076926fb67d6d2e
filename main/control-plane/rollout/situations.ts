import type { HostSituation, PaceContext, SubscriptionSituation, TargetRollout } from "#shared/domain/rollout/situation.ts";
import { waveSelector } from "#shared/domain/rollout/rollout.ts";
import { coversWholeGroup, isOpened } from "#shared/domain/rollout/wave-coverage.ts";
import type { ApplicationId, HostId, RolloutId, SubscriptionId } from "#shared/lib/ids.ts";
import { optionFor, readReleases, type ReleaseCatalog } from "./release-catalog.ts";
import { idOf, toPolicy, type Db } from "./rows.ts";

/** Everything that `decide` asks about one application of one host. */
export type ApplicationSituation = {
  readonly applicationId: ApplicationId;
  readonly subscriptionId: SubscriptionId;
  readonly groupId: string;
  readonly fleetId: string;
  /** The rollout that set the present target. */
  readonly rolloutId: RolloutId | undefined;
  readonly host: HostSituation;
  readonly subscription: SubscriptionSituation;
  readonly releases: ReleaseCatalog;
};

/** Reads the situations of all applications that the host's group is subscribed to. Empty for an unknown host. */
export async function readSituations(db: Db, hostId: HostId, now: number): Promise<readonly ApplicationSituation[]> {
  const host = await readHost(db, hostId);
  if (host === undefined) return [];
  const subscriptions = await readSubscriptions(db, host.groupId);
  const releases = await readReleases(db, [
    ...subscriptions.flatMap((one) => [one.targetReleaseId, one.previousTargetReleaseId]),
    host.pinnedReleaseId,
  ]);
  const local = await readLocal(db, hostId, now);
  return Promise.all(
    subscriptions.map(async (row): Promise<ApplicationSituation> => {
      const option = (releaseId: string | null) => {
        const release = releases.get(releaseId ?? "");
        return release && optionFor(release, host.platform);
      };
      const rollout = await readTargetRollout(db, row.id, host.groupId, hostId);
      const pinned =
        releases.get(host.pinnedReleaseId ?? "")?.applicationId === row.applicationId ? option(host.pinnedReleaseId) : undefined;
      return {
        applicationId: idOf(row.applicationId),
        subscriptionId: idOf(row.id),
        groupId: host.groupId,
        fleetId: host.fleetId,
        rolloutId: rollout && idOf(rollout.id),
        releases,
        host: {
          state: host.state,
          cloned: host.connection === "cloned",
          pinned,
          ...local(row.applicationId, rollout?.setAt ?? 0, (id) => option(id)?.artifact?.digest),
        },
        subscription: {
          policy: toPolicy(row.policy),
          target: option(row.targetReleaseId),
          previous: option(row.previousTargetReleaseId),
          minimumVersion: undefined,
          rollout: rollout?.situation,
        },
      };
    }),
  );
}

function readHost(db: Db, hostId: HostId) {
  return db
    .selectFrom("hosts")
    .select(["groupId", "fleetId", "state", "connection", "platform", "pinnedReleaseId"])
    .where("id", "=", hostId)
    .executeTakeFirst();
}

function readSubscriptions(db: Db, groupId: string) {
  return db
    .selectFrom("subscriptions")
    .select(["id", "applicationId", "policy", "targetReleaseId", "previousTargetReleaseId"])
    .where("groupId", "=", groupId)
    .orderBy("id")
    .execute();
}

type LocalFacts = Pick<HostSituation, "current" | "quarantinedDigests" | "lastFailure" | "grant">;

/** What the host itself has to do with each application: reports, quarantine, grants. */
async function readLocal(db: Db, hostId: HostId, now: number) {
  const reports = await db
    .selectFrom("hostApplications")
    .select(["applicationId", "currentDigest", "currentVersion"])
    .where("hostId", "=", hostId)
    .execute();
  const quarantines = await db
    .selectFrom("hostQuarantines")
    .select(["applicationId", "digest"])
    .where("hostId", "=", hostId)
    .where((eb) => eb.or([eb("expiresAt", "is", null), eb("expiresAt", ">", now)]))
    .execute();
  const live = await db
    .selectFrom("grants")
    .select(["id", "applicationId", "releaseId"])
    .where("hostId", "=", hostId)
    .where("state", "=", "active")
    .where("expiresAt", ">", now)
    .execute();
  const failures = await db
    .selectFrom("grants")
    .select(["applicationId", "releaseId", "endedAt", "issuedAt"])
    .where("hostId", "=", hostId)
    .where("state", "=", "failed")
    .orderBy("issuedAt", "desc")
    .limit(50)
    .execute();
  return (applicationId: string, targetSetAt: number, digestOf: (releaseId: string) => string | undefined): LocalFacts => {
    const report = reports.find((one) => one.applicationId === applicationId);
    const grant = live.find((one) => one.applicationId === applicationId);
    // A new order to go to the same release is a new chance.
    const failure = failures.find((one) => one.applicationId === applicationId && one.issuedAt >= targetSetAt);
    const failedDigest = failure && digestOf(failure.releaseId);
    return {
      current:
        report === undefined || report.currentDigest === null || report.currentVersion === null
          ? undefined
          : { digest: report.currentDigest, version: report.currentVersion },
      quarantinedDigests: quarantines.filter((one) => one.applicationId === applicationId).map((one) => one.digest),
      lastFailure:
        failure === undefined || failedDigest === undefined ? undefined : { digest: failedDigest, at: failure.endedAt ?? failure.issuedAt },
      grant: grant && { grantId: idOf(grant.id), releaseId: idOf(grant.releaseId) },
    };
  };
}

/** The rollout behind the newest row of the version history, and whether its waves have reached this host. */
async function readTargetRollout(db: Db, subscriptionId: string, groupId: string, hostId: HostId) {
  const row = await db
    .selectFrom("targetChanges")
    .leftJoin("rollouts", "rollouts.id", "targetChanges.rolloutId")
    .select(["targetChanges.at", "rollouts.id", "rollouts.kind", "rollouts.state", "rollouts.stateReason"])
    .where("targetChanges.subscriptionId", "=", subscriptionId)
    .orderBy("targetChanges.id", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined || row.id === null || row.kind === null || row.state === null) return undefined;
  const waves = await db
    .selectFrom("waves")
    .select(["id", "state", "selector"])
    .where("rolloutId", "=", row.id)
    .where("groupId", "=", groupId)
    .execute();
  const opened = waves.filter((wave) => isOpened(wave.state)).map((wave) => wave.id);
  const member =
    opened.length === 0
      ? undefined
      : await db
          .selectFrom("waveMembers")
          .select("waveId")
          .where("hostId", "=", hostId)
          .where("subscriptionId", "=", subscriptionId)
          .where("waveId", "in", opened)
          .where("state", "!=", "excluded")
          .executeTakeFirst();
  const covered = coversWholeGroup(waves.map((wave) => ({ state: wave.state, selector: waveSelector.parse(JSON.parse(wave.selector)) })));
  const situation: TargetRollout = {
    kind: row.kind,
    state: row.state,
    stateReason: row.stateReason ?? "",
    served: member !== undefined || covered,
  };
  return { id: row.id, setAt: row.at, situation };
}

/** Reads how fast a subscription is moving; in the transaction that may issue the grant, so that caps hold. */
export async function readPace(db: Db, situation: ApplicationSituation, hostId: HostId, now: number): Promise<PaceContext> {
  const { subscriptionId, subscription } = situation;
  const { policy } = subscription;
  const others = await db
    .selectFrom("grants")
    .select((eb) => [eb.fn.countAll<number>().as("count"), eb.fn.min("expiresAt").as("first")])
    .where("subscriptionId", "=", subscriptionId)
    .where("state", "=", "active")
    .where("expiresAt", ">", now)
    .where("hostId", "!=", hostId)
    .executeTakeFirst();
  return {
    now,
    otherGrants: others?.count ?? 0,
    firstGrantEndsAt: others?.first ?? undefined,
    rateFullUntil: policy.rate && (await readRateFullUntil(db, subscriptionId, policy.rate, now)),
    targetProven: policy.canaryFirst && (await isTargetProven(db, situation, hostId)),
  };
}

/** The cap is reached when the n-th newest grant still lies within the interval; it leaves it when that one does. */
async function readRateFullUntil(
  db: Db,
  subscriptionId: string,
  rate: { readonly count: number; readonly intervalMs: number },
  now: number,
): Promise<number | undefined> {
  const row = await db
    .selectFrom("grants")
    .select("issuedAt")
    .where("subscriptionId", "=", subscriptionId)
    .orderBy("issuedAt", "desc")
    .limit(1)
    .offset(rate.count - 1)
    .executeTakeFirst();
  const leavesAt = row === undefined ? 0 : row.issuedAt + rate.intervalMs;
  return leavesAt > now ? leavesAt : undefined;
}

async function isTargetProven(db: Db, { groupId, applicationId, subscription }: ApplicationSituation, hostId: HostId): Promise<boolean> {
  if (subscription.target === undefined) return false;
  const row = await db
    .selectFrom("hostApplications")
    .innerJoin("hosts", "hosts.id", "hostApplications.hostId")
    .select("hosts.id")
    .where("hostApplications.currentReleaseId", "=", subscription.target.releaseId)
    .where("hostApplications.applicationId", "=", applicationId)
    .where("hosts.groupId", "=", groupId)
    .where("hosts.id", "!=", hostId)
    .where("hostApplications.healthy", "=", 1)
    .where("hostApplications.phase", "not in", ["switching", "probation", "reverting"])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
