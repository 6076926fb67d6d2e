import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import { applicationId, channelId, releaseId, type ApplicationId, type ChannelId, type ReleaseId } from "#shared/lib/ids.ts";

/** Adds an application straight to the database. */
export async function addApplication(store: Store, name = "web"): Promise<ApplicationId> {
  const id = applicationId.parse(systemIds.uuid());
  const row = { id, productId: `org.example.${name}`, name, kind: "process", description: "", createdAt: 0, revision: 0 } as const;
  await store.write((unit) => unit.db.insertInto("applications").values(row).execute());
  return id;
}

/** Adds a release, published unless said otherwise. */
export async function addRelease(
  store: Store,
  application: ApplicationId,
  version: string,
  change: { readonly state?: "draft" | "published" | "withdrawn"; readonly blockedAt?: number } = {},
): Promise<ReleaseId> {
  const id = releaseId.parse(systemIds.uuid());
  const row = {
    id,
    applicationId: application,
    version,
    state: "published" as const,
    notes: "",
    runSpec: "{}",
    createdAt: 0,
    createdBy: "user:ana",
    publishedAt: 0,
    withdrawnAt: null,
    manifestSha256: null,
    blockedAt: null,
    blockedBy: null,
    blockedReason: null,
    revision: 0,
    ...change,
  };
  await store.write((unit) => unit.db.insertInto("releases").values(row).execute());
  return id;
}

/** Adds a channel that points to a release, or nowhere. */
export async function addChannel(store: Store, application: ApplicationId, name: string, release?: ReleaseId): Promise<ChannelId> {
  const id = channelId.parse(systemIds.uuid());
  const row = { id, applicationId: application, name, releaseId: release ?? null, updatedAt: 0, revision: 0 };
  await store.write((unit) => unit.db.insertInto("channels").values(row).execute());
  return id;
}

/** Adds an artifact to a release, for linux/amd64 unless said otherwise; its digest is made of the release's id. */
export async function addArtifact(store: Store, release: ReleaseId, platform = "linux/amd64"): Promise<void> {
  const sha256 = release.replaceAll("-", "").padStart(64, "0");
  const row = { releaseId: release, platform, fileName: "web", sizeBytes: 1_000, sha256, sha1: "0".repeat(40), sha512: "0".repeat(128) };
  await store.write((unit) =>
    unit.db
      .insertInto("artifacts")
      .values({ ...row, id: systemIds.uuid(), format: "elf" })
      .execute(),
  );
}
