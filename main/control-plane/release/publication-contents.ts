import { hash } from "node:crypto";
import { AppError } from "#shared/errors/app-error.ts";
import { manifestTargetPath, releaseManifest } from "#shared/domain/release/manifest.ts";
import type { Release } from "#shared/domain/release/release.ts";
import { applicationId, releaseId as releaseIdSchema, type ReleaseId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { PublicationContent } from "../ports/release-store.ts";
import { ApplicationRepository } from "./application-repository.ts";
import { makeManifest, manifestBytes } from "./make-manifest.ts";
import { ociRelease } from "./oci-documents.ts";
import { readSmallBlob } from "./read-small-blob.ts";
import { ReleaseRepository } from "./release-repository.ts";
import type { PublishOrder } from "./release-trust.ts";
import { makeStatement } from "./sigstore/make-statement.ts";

/** A release's content as far as nobody has to sign it, with what must be signed. */
export type UnsignedContent = {
  readonly release: Release;
  readonly content: Omit<PublicationContent, "signature">;
  readonly order: Omit<PublishOrder, "actor">;
};

/**
 * Makes the content of a release that is being or has been published. The same release gives the same bytes at any time,
 * from what was noted when publishing began.
 *
 * @throws AppError NOT_FOUND, CONFLICT_STATE for a draft that nobody publishes, ENV_DATA_CORRUPT when the rows give other
 * bytes than those that were noted.
 */
export async function readContent(store: Store, blobs: BlobStore, releaseId: ReleaseId): Promise<UnsignedContent> {
  const { release, signing } = await new ReleaseRepository(store.read).require(releaseId);
  const application = await new ApplicationRepository(store.read).require(release.applicationId);
  if (signing === undefined) throw new AppError("CONFLICT_STATE", `${release.version} is not being published.`);
  const isStored = (await blobs.stat(signing.manifestSha256)) !== undefined;
  // Once it is stored, its bytes count: a later build of ours may write the same release otherwise.
  const bytes = isStored
    ? await readSmallBlob(blobs, signing.manifestSha256)
    : manifestBytes(makeManifest(application, release, signing.publishedAt));
  const sha256 = hash("sha256", bytes);
  if (sha256 !== signing.manifestSha256)
    throw new AppError("ENV_DATA_CORRUPT", `The rows of ${release.version} are not those that were signed; nothing was published.`);
  const manifest = releaseManifest.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  const name = signing.applicationName ?? application.name;
  const content = {
    productId: application.productId,
    applicationName: name,
    notes: release.notes,
    manifest,
    manifestBytes: bytes,
    manifestSha256: sha256,
    channels: await channelsAt(store, releaseId),
    oci: ociRelease(manifest, { sha256, sizeBytes: bytes.length }, name),
  };
  return { release, content, order: orderOf(content, releaseId) };
}

function orderOf(content: UnsignedContent["content"], id: ReleaseId): UnsignedContent["order"] {
  const { manifest, manifestBytes: bytes, manifestSha256, productId } = content;
  return {
    applicationId: applicationId.parse(manifest.applicationId),
    productId,
    releaseId: releaseIdSchema.parse(id),
    version: manifest.version,
    manifest: {
      path: manifestTargetPath(productId, manifest.version),
      sizeBytes: bytes.length,
      sha256: manifestSha256,
      sha512: hash("sha512", bytes),
    },
    manifestBytes: bytes,
    statement: makeStatement(content).signedBytes,
  };
}

async function channelsAt(store: Store, releaseId: ReleaseId): Promise<readonly string[]> {
  const rows = await store.read.selectFrom("channels").select("name").where("releaseId", "=", releaseId).orderBy("name").execute();
  return rows.map((row) => row.name);
}
