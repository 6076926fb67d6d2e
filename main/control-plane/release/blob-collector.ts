import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import type { OneAtATime } from "#main/node/one-at-a-time.ts";
import type { Store } from "../db/store.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import { findForgottenReleases } from "./forgotten-releases.ts";
import type { Registry } from "./registry.ts";

/** A blob is stored a moment before the row that needs it is written; nothing younger than this is collected. */
export const UNCLAIMED_GRACE_MS = 3_600_000;

/** What the collector works with. `claims` is shared with intake, so that nothing is collected while it is being claimed. */
export type CollectorParts = {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly claims: OneAtATime;
  /** Newest releases of each application that keep their files in any case. */
  readonly keptReleases: number;
};

/**
 * Removes blobs that no release, upload or tag needs, and nothing else. Releases of the local store keep their artifacts
 * whatever their state, since the version history may lead back to them, until they are withdrawn and
 * {@link findForgottenReleases} finds that nothing does. Releases that lie only in other stores keep them until the last
 * of their publications has ended.
 *
 * @returns how many blobs and bytes were removed.
 */
export function collectBlobs(parts: CollectorParts): Promise<{ readonly blobs: number; readonly bytes: number }> {
  return parts.claims.run(async () => {
    const needed = await readNeeded(parts);
    const removed = { blobs: 0, bytes: 0 };
    for await (const blob of parts.blobs.list()) {
      if (needed.has(blob.sha256) || parts.clock.now() - blob.storedAt < UNCLAIMED_GRACE_MS) continue;
      await parts.blobs.remove(blob.sha256);
      removed.blobs += 1;
      removed.bytes += blob.sizeBytes;
    }
    return removed;
  });
}

async function readNeeded({ store, registry, keptReleases }: CollectorParts): Promise<ReadonlySet<string>> {
  const forgotten = await findForgottenReleases(store.read, keptReleases);
  const withdrawn = new Set(forgotten.filter(({ state }) => state === "withdrawn").map(({ id }) => id));
  const all = await store.read.selectFrom("artifacts").select(["releaseId", "sha256"]).execute();
  const deltas = await store.read.selectFrom("releaseDeltas").select(["releaseId", "sha256"]).where("state", "=", "made").execute();
  const elsewhere = await findReleasesElsewhere(store);
  const artifacts = [...all, ...deltas].filter(({ releaseId }) => !withdrawn.has(releaseId) && !elsewhere.has(releaseId));
  const uploads = await store.read.selectFrom("uploads").select("sha256").where("state", "=", "ready").execute();
  const manifests = await store.read
    .selectFrom("releases")
    .select("manifestSha256 as sha256")
    .where("manifestSha256", "is not", null)
    .execute();
  const rows = [...artifacts, ...uploads, ...manifests].flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256]));
  return new Set([...rows, ...(await registry.reachable())]);
}

/** Published releases whose artifacts all lie in other stores, and that are not on their way to a further one. */
async function findReleasesElsewhere(store: Store): Promise<ReadonlySet<string>> {
  const rows = await store.read
    .selectFrom("publications")
    .innerJoin("releases", "releases.id", "publications.releaseId")
    .select(["releaseId", "storeId", "publications.state"])
    .where("publications.state", "!=", "cancelled")
    .where("releases.state", "!=", "draft")
    .execute();
  const byRelease = Map.groupBy(rows, (row) => row.releaseId);
  const isElsewhere = (own: readonly (typeof rows)[number][]): boolean =>
    own.every((row) => row.state === "completed" && row.storeId !== LOCAL_STORE_ID);
  return new Set([...byRelease].filter(([, own]) => isElsewhere(own)).map(([releaseId]) => releaseId));
}
