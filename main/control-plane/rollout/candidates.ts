import { sql } from "kysely";
import { waveExclusion } from "#shared/domain/rollout/wave-exclusion.ts";
import type { CandidatePart, WaveCandidate } from "#shared/domain/rollout/wave-members.ts";
import type { GroupId, SubscriptionId } from "#shared/lib/ids.ts";
import { optionFor, type CatalogRelease } from "./release-catalog.ts";
import { idOf, toPolicy, type Db } from "./rows.ts";

/** What a wave brings to one subscription of its group. */
export type CandidateTarget = { readonly subscriptionId: SubscriptionId; readonly release: CatalogRelease };

type Situation = { readonly groupId: GroupId; readonly kind: "update" | "rollback"; readonly targets: readonly CandidateTarget[] };

/** The hosts of a group as waves choose among them, by the same reading for a preview and for the real opening. */
export async function readCandidates(db: Db, situation: Situation, now: number): Promise<readonly WaveCandidate[]> {
  const parts = new Map<string, CandidatePart[]>();
  for (const target of situation.targets) await readParts(db, situation, target, now, parts);
  return [...parts].map(([hostId, ofHost]) => ({ hostId: idOf(hostId), parts: ofHost }));
}

async function readParts(
  db: Db,
  { groupId, kind }: Situation,
  { subscriptionId, release }: CandidateTarget,
  now: number,
  parts: Map<string, CandidatePart[]>,
): Promise<void> {
  const row = await db.selectFrom("subscriptions").select("policy").where("id", "=", subscriptionId).executeTakeFirst();
  const guardDowngrade = kind === "update" && row !== undefined && !toPolicy(row.policy).allowDowngrade;
  const options = new Map<string | null, ReturnType<typeof optionFor>>();
  for (const host of await selectHosts(db, groupId, release, now)) {
    const option = options.get(host.platform) ?? optionFor(release, host.platform);
    options.set(host.platform, option);
    const exclusion = waveExclusion({
      state: host.state,
      platform: host.platform ?? undefined,
      pinnedVersion: host.pinnedVersion ?? undefined,
      currentVersion: host.currentVersion ?? undefined,
      currentDigest: host.currentDigest ?? undefined,
      quarantinedDigests: host.quarantined === null ? [] : [host.quarantined],
      minimumVersion: release.minimumVersion,
      guardDowngrade,
      release: option,
    });
    const ofHost = parts.get(host.id) ?? [];
    ofHost.push({ subscriptionId, exclusion });
    parts.set(host.id, ofHost);
  }
}

function selectHosts(db: Db, groupId: GroupId, release: CatalogRelease, now: number) {
  return db
    .selectFrom("hosts")
    .leftJoin("hostApplications as app", (join) =>
      join.onRef("app.hostId", "=", "hosts.id").on("app.applicationId", "=", release.applicationId),
    )
    .leftJoin("releases as pin", (join) =>
      join.onRef("pin.id", "=", "hosts.pinnedReleaseId").on("pin.applicationId", "=", release.applicationId),
    )
    .select(["hosts.id", "hosts.state", "hosts.platform", "app.currentDigest", "app.currentVersion", "pin.version as pinnedVersion"])
    .select(
      sql<
        string | null
      >`(select q.digest from "hostQuarantines" q where q."hostId" = hosts.id and q."applicationId" = ${release.applicationId}
        and q."releaseId" = ${release.releaseId} and (q."expiresAt" is null or q."expiresAt" > ${now}) limit 1)`.as("quarantined"),
    )
    .where("hosts.groupId", "=", groupId)
    .where("hosts.state", "!=", "revoked")
    .orderBy("hosts.id")
    .execute();
}
