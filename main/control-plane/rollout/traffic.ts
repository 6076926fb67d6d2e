import { z } from "zod";
import type { FetchedRelease } from "#shared/domain/host/fetched.ts";
import type { HostId } from "#shared/lib/ids.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { Db } from "./rows.ts";

/** What the hosts of a rollout have fetched in all, and would have fetched if each file had come whole. */
export type Traffic = { readonly downloads: number; readonly bytes: number; readonly fullBytes: number };

/** A host that says it fetched more than this many times the file is not believed beyond it. */
const MAX_TIMES = 16;

/** The size of the file is taken from the release and not from the host; the grant ties both to a rollout. */
const FIND = `SELECT grants.rolloutId, artifacts.sizeBytes
  FROM grants JOIN artifacts ON artifacts.releaseId = grants.releaseId AND artifacts.sha256 = ?
  WHERE grants.id = ? AND grants.hostId = ? AND grants.rolloutId IS NOT NULL LIMIT 1`;

const ADD = `INSERT INTO rolloutTraffic (rolloutId, downloads, bytes, fullBytes) VALUES (?, 1, ?, ?)
  ON CONFLICT (rolloutId) DO UPDATE SET downloads = downloads + 1, bytes = bytes + excluded.bytes, fullBytes = fullBytes + excluded.fullBytes`;

const found = z.object({ rolloutId: z.string(), sizeBytes: z.int() }).optional();

/** What a host tells of what it fetched. */
type Told = { readonly grantId?: string | undefined; readonly digest: string; readonly fetched?: FetchedRelease | undefined };

/** What a host fetched for a rollout, as far as it is believed. */
export type FetchedForRollout = {
  readonly rolloutId: string;
  readonly bytes: number;
  readonly fullBytes: number;
  readonly deltas: number;
};

/** Holds what a host tells against its grant and the release's file; undefined for what belongs to no rollout. */
export function readFetched(raw: RawDatabase, hostId: HostId, { grantId, digest, fetched }: Told): FetchedForRollout | undefined {
  if (fetched === undefined || grantId === undefined) return undefined;
  const row = found.parse(raw.prepare(FIND).get(digest, grantId, hostId));
  if (row === undefined) return undefined;
  const { rolloutId, sizeBytes: fullBytes } = row;
  return { rolloutId, bytes: Math.min(fetched.bytes, MAX_TIMES * fullBytes), fullBytes, deltas: fetched.deltas };
}

/** Counts what bringing a release to one host has taken: a short synchronous write of the hot path. */
export function writeTraffic(raw: RawDatabase, hostId: HostId, told: Told): void {
  const fetched = readFetched(raw, hostId, told);
  if (fetched !== undefined) raw.prepare(ADD).run(fetched.rolloutId, fetched.bytes, fetched.fullBytes);
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
