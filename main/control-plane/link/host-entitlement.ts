import { sql } from "kysely";
import type { HostId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";

/** What a host asks the local store for: a member of a product's repository, by digest where it names one. */
export type WantedBlob = { readonly productId: string; readonly sha256: string | undefined };

/**
 * Whether a host may read this: artifacts and deltas of releases that its group is or was offered, that it holds a
 * grant for, or that it runs; and the small documents of a product of which it may read any artifact. Everything else
 * of the store is not its business.
 */
export async function isEntitled(store: Store, host: HostId, wanted: WantedBlob): Promise<boolean> {
  const releases = await readReleases(store, host, wanted.productId);
  if (releases.length === 0 || wanted.sha256 === undefined) return releases.length > 0;
  const { sha256 } = wanted;
  const owners = await store.read
    .selectFrom("releases")
    .innerJoin("applications", "applications.id", "releases.applicationId")
    .select("releases.id")
    .where("applications.productId", "=", wanted.productId)
    .where("releases.id", "in", (eb) =>
      eb
        .selectFrom("artifacts")
        .select("releaseId")
        .where("artifacts.sha256", "=", sha256)
        .union(eb.selectFrom("releaseDeltas").select("releaseId").where("releaseDeltas.sha256", "=", sha256)),
    )
    .execute();
  return owners.length === 0 || owners.some((owner) => releases.includes(owner.id));
}

async function readReleases(store: Store, host: HostId, productId: string): Promise<readonly string[]> {
  const found = await sql<{ readonly id: string }>`
    SELECT releases.id AS id FROM releases JOIN applications ON applications.id = releases.applicationId
    WHERE applications.productId = ${productId} AND releases.id IN (
      SELECT targetReleaseId FROM subscriptions WHERE groupId = (SELECT groupId FROM hosts WHERE id = ${host})
      UNION SELECT previousTargetReleaseId FROM subscriptions WHERE groupId = (SELECT groupId FROM hosts WHERE id = ${host})
      UNION SELECT releaseId FROM grants WHERE hostId = ${host}
      UNION SELECT currentReleaseId FROM hostApplications WHERE hostId = ${host}
      UNION SELECT pinnedReleaseId FROM hosts WHERE id = ${host})`.execute(store.read);
  return found.rows.map((row) => row.id);
}
