import type { FetchedRelease } from "#shared/domain/host/fetched.ts";
import type { HostId } from "#shared/lib/ids.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { Db } from "./rows.ts";

/** What the hosts of a rollout have fetched in all, and would have fetched if each file had come whole. */
export type Traffic = { readonly downloads: number; readonly bytes: number; readonly fullBytes: number };

/** A host that says it fetched more than this many times the file is not believed beyond it. */
const MAX_TIMES = 16;

/** The size of the file is taken from the release and not from the host; the grant ties both to a rollout. */
const ADD = `INSERT INTO rolloutTraffic (rolloutId, downloads, bytes, fullBytes)
  SELECT grants.rolloutId, 1, min(?, ${MAX_TIMES} * artifacts.sizeBytes), artifacts.sizeBytes
  FROM grants JOIN artifacts ON artifacts.releaseId = grants.releaseId AND artifacts.sha256 = ?
  WHERE grants.id = ? AND grants.hostId = ? AND grants.rolloutId IS NOT NULL LIMIT 1
  ON CONFLICT (rolloutId) DO UPDATE SET downloads = downloads + 1, bytes = bytes + excluded.bytes, fullBytes = fullBytes + excluded.fullBytes`;

/** Counts what bringing a release to one host has taken: a short synchronous write of the hot path. */
export function writeTraffic(
  raw: RawDatabase,
  hostId: HostId,
  told: { readonly grantId?: string | undefined; readonly digest: string; readonly fetched?: FetchedRelease | undefined },
): void {
  if (told.fetched === undefined || told.grantId === undefined) return;
  raw.prepare(ADD).run(told.fetched.bytes, told.digest, told.grantId, hostId);
}

/** What the hosts of these rollouts have fetched, by rollout; none where no host has told. */
export async function readTraffic(db: Db, rolloutIds: readonly string[]): Promise<ReadonlyMap<string, Traffic>> {
  const rows = await db.selectFrom("rolloutTraffic").selectAll().where("rolloutId", "in", rolloutIds).execute();
  return new Map(rows.map(({ rolloutId, ...traffic }) => [rolloutId, traffic]));
}

/** The same as details of the audit, for the entry that ends a rollout. */
export async function trafficDetails(db: Db, rolloutId: string): Promise<Record<string, number>> {
  const traffic = (await readTraffic(db, [rolloutId])).get(rolloutId);
  return traffic === undefined ? {} : { downloads: traffic.downloads, sentBytes: traffic.bytes, fullBytes: traffic.fullBytes };
}
