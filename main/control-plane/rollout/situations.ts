import { sql } from "kysely";
import { waveSelector } from "#shared/domain/rollout/rollout.ts";
import type { HostSituation, SubscriptionSituation } from "#shared/domain/rollout/situation.ts";
import { coversWholeGroup, isOpened } from "#shared/domain/rollout/wave-coverage.ts";
import type { ApplicationId, HostId, RolloutId, SubscriptionId } from "#shared/lib/ids.ts";
import { readLocalFacts, type LocalFacts } from "./local-facts.ts";
import { optionFor, readReleases, type ReleaseCatalog } from "./release-catalog.ts";
import { idOf, toPolicy, type Db } from "./rows.ts";

/** Everything that `decide` asks about one application of one host, but the pace. */
export type ApplicationSituation = {
  readonly hostId: HostId;
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

/**
 * Reads the situations of these hosts, at most a thousand, for all applications that their groups are subscribed to.
 * What hosts of one group share is read once. Unknown hosts have none.
 */
export async function readSituations(db: Db, hostIds: readonly HostId[], now: number): Promise<readonly ApplicationSituation[]> {
  const hosts = await readHosts(db, hostIds);
  const subscriptions = await readSubscriptions(db, [...new Set(hosts.map((host) => host.groupId))]);
  const targets = subscriptions.flatMap((one) => [one.targetReleaseId, one.previousTargetReleaseId]);
  const releases = await readReleases(db, [...targets, ...hosts.map((host) => host.pinnedReleaseId)]);
  const rollouts = await readTargetRollouts(
    db,
    subscriptions.map((one) => one.id),
    hostIds,
  );
  const local = await readLocalFacts(db, hostIds, now);
  return hosts.flatMap((host) =>
    subscriptions
      .filter((row) => row.groupId === host.groupId)
      .map((row) => toSituation({ host, row, releases, rollout: rollouts.get(row.id), local })),
  );
}

function readHosts(db: Db, hostIds: readonly HostId[]) {
  return db
    .selectFrom("hosts")
    .select(["id", "groupId", "fleetId", "state", "connection", "platform", "pinnedReleaseId"])
    .where("id", "in", hostIds)
    .execute();
}

function readSubscriptions(db: Db, groupIds: readonly string[]) {
  return db
    .selectFrom("subscriptions")
    .innerJoin("applications", "applications.id", "subscriptions.applicationId")
    .select(["subscriptions.id", "groupId", "applicationId", "policy", "targetReleaseId", "previousTargetReleaseId"])
    .select("applications.minimumVersion")
    .where("groupId", "in", groupIds)
    .orderBy("subscriptions.id")
    .execute();
}

/** The rollout behind the newest row of a version history, and which hosts its waves have reached. */
type ReachedRollout = {
  readonly id: string;
  readonly setAt: number;
  readonly kind: "update" | "rollback";
  readonly state: NonNullable<SubscriptionSituation["rollout"]>["state"];
  readonly stateReason: string;
  readonly isCovered: boolean;
  readonly members: ReadonlySet<string>;
};

type Parts = {
  readonly host: Awaited<ReturnType<typeof readHosts>>[number];
  readonly row: Awaited<ReturnType<typeof readSubscriptions>>[number];
  readonly releases: ReleaseCatalog;
  readonly rollout: ReachedRollout | undefined;
  readonly local: LocalFacts;
};

function toSituation({ host, row, releases, rollout, local }: Parts): ApplicationSituation {
  const option = (releaseId: string | null) => {
    const release = releases.get(releaseId ?? "");
    return release && optionFor(release, host.platform);
  };
  const isPinned = releases.get(host.pinnedReleaseId ?? "")?.applicationId === row.applicationId;
  const facts = local.of(host.id, row.applicationId, rollout?.setAt ?? 0);
  const failedDigest = facts.lastFailure && option(facts.lastFailure.releaseId)?.artifact?.digest;
  return {
    hostId: idOf(host.id),
    applicationId: idOf(row.applicationId),
    subscriptionId: idOf(row.id),
    groupId: host.groupId,
    fleetId: host.fleetId,
    rolloutId: rollout && idOf(rollout.id),
    releases,
    host: {
      state: host.state,
      cloned: host.connection === "cloned",
      pinned: isPinned ? option(host.pinnedReleaseId) : undefined,
      current: facts.current,
      quarantinedDigests: facts.quarantinedDigests,
      grant: facts.grant,
      updateLock: facts.updateLock,
      lastFailure:
        facts.lastFailure === undefined || failedDigest === undefined ? undefined : { digest: failedDigest, at: facts.lastFailure.at },
    },
    subscription: {
      policy: toPolicy(row.policy),
      target: option(row.targetReleaseId),
      previous: option(row.previousTargetReleaseId),
      minimumVersion: row.minimumVersion ?? undefined,
      rollout: rollout && {
        kind: rollout.kind,
        state: rollout.state,
        stateReason: rollout.stateReason,
        served: rollout.isCovered || rollout.members.has(host.id),
      },
    },
  };
}

async function readTargetRollouts(
  db: Db,
  subscriptionIds: readonly string[],
  hostIds: readonly HostId[],
): Promise<ReadonlyMap<string, ReachedRollout>> {
  if (subscriptionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("targetChanges")
    .innerJoin("rollouts", "rollouts.id", "targetChanges.rolloutId")
    .innerJoin("subscriptions", "subscriptions.id", "targetChanges.subscriptionId")
    .select(["targetChanges.subscriptionId", "targetChanges.at", "subscriptions.groupId"])
    .select(["rollouts.id", "rollouts.kind", "rollouts.state", "rollouts.stateReason"])
    .where(
      "targetChanges.id",
      "in",
      sql<number>`(select max(t.id) from "targetChanges" t where t."subscriptionId" in (${sql.join(subscriptionIds)}) group by t."subscriptionId")`,
    )
    .execute();
  if (rows.length === 0) return new Map();
  const waves = await db
    .selectFrom("waves")
    .select(["id", "rolloutId", "groupId", "state", "selector"])
    .where(
      "rolloutId",
      "in",
      rows.map((row) => row.id),
    )
    .execute();
  const opened = waves.filter((wave) => isOpened(wave.state)).map((wave) => wave.id);
  const members = await readMemberships(db, opened, hostIds);
  return new Map(
    rows.map(({ at, subscriptionId, groupId, ...rollout }) => {
      const ofGroup = waves.filter((wave) => wave.rolloutId === rollout.id && wave.groupId === groupId);
      const isCovered = coversWholeGroup(
        ofGroup.map((wave) => ({ state: wave.state, selector: waveSelector.parse(JSON.parse(wave.selector)) })),
      );
      const ofSubscription = members.filter((member) => member.subscriptionId === subscriptionId).map((member) => member.hostId);
      return [subscriptionId, { ...rollout, setAt: at, isCovered, members: new Set(ofSubscription) }];
    }),
  );
}

async function readMemberships(db: Db, waveIds: readonly string[], hostIds: readonly HostId[]) {
  if (waveIds.length === 0) return [];
  return db
    .selectFrom("waveMembers")
    .select(["hostId", "subscriptionId"])
    .where("hostId", "in", hostIds)
    .where("waveId", "in", waveIds)
    .where("state", "!=", "excluded")
    .execute();
}
