import type { ReleaseId } from "#shared/lib/ids.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { manifestTargetPath, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import { manifestBytes } from "./make-manifest.ts";
import type { OciRelease, StoreDocument } from "../ports/release-store.ts";
import { ociRelease, tagOfVersion } from "./oci-documents.ts";
import type { ReleaseTrust, TrustOrder } from "./release-trust.ts";
import { makeStatement } from "./sigstore/make-statement.ts";

type SignedManifest = { readonly sha256: string; readonly sha512: string; readonly sizeBytes: number };

/**
 * Brings a release to the registry and signs it. Every step can be done again with the same outcome, and the signature
 * comes last: hosts find a release by its signed manifest, so whatever was left half done is invisible to them.
 */
export class ReleasePublisher {
  readonly #blobs: BlobStore;
  readonly #trust: ReleaseTrust;

  constructor(blobs: BlobStore, trust: ReleaseTrust) {
    this.#blobs = blobs;
    this.#trust = trust;
  }

  /** @throws AppError ENV_DATA_CORRUPT when an artifact's bytes are not in the store, ENV_DISK_FULL. */
  async publish(manifest: ReleaseManifest, applicationName: string): Promise<void> {
    await this.#requireArtifacts(manifest);
    const signed = await this.#blobs.ingest(once(manifestBytes(manifest)));
    const oci = ociRelease(manifest, { sha256: signed.digests.sha256, sizeBytes: signed.sizeBytes }, applicationName);
    for (const document of [oci.emptyConfig, ...oci.manifests, oci.index]) await this.#store(document);
    const { index } = oci;
    await this.#blobs.setTag(manifest.productId, tagOfVersion(manifest.version), {
      mediaType: index.mediaType,
      artifactType: index.artifactType,
      sha256: index.sha256,
      sizeBytes: index.bytes.length,
    });
    await this.#sign(manifest, applicationName, { ...signed.digests, sizeBytes: signed.sizeBytes }, oci);
  }

  async #sign(manifest: ReleaseManifest, applicationName: string, signed: SignedManifest, oci: OciRelease): Promise<void> {
    const { applicationId, productId, releaseId, version } = manifest;
    const bytes = manifestBytes(manifest);
    const statement = makeStatement({
      productId,
      applicationName,
      notes: "",
      manifest,
      manifestBytes: bytes,
      manifestSha256: signed.sha256,
      channels: [],
      oci,
    });
    await this.#trust.draftPublish({
      actor: "system",
      applicationId,
      productId,
      releaseId,
      version,
      manifest: { ...signed, path: manifestTargetPath(productId, version) },
      manifestBytes: bytes,
      statement: statement.signedBytes,
    });
    await this.#trust.commitPublish(releaseId);
  }

  /** Takes back what a publication that failed has left, so that the draft is one again. */
  async takeBack(releaseId: ReleaseId, productId: string, version: string): Promise<void> {
    await this.#trust.abandonPublish(releaseId);
    await this.#blobs.removeTag(productId, tagOfVersion(version));
  }

  /** Ends the signature first, then takes the tag away; blobs stay for the version history. */
  async withdraw(order: TrustOrder): Promise<void> {
    const { productId, version } = order;
    await this.#trust.withdraw(order);
    await this.#blobs.removeTag(productId, tagOfVersion(version));
  }

  async #requireArtifacts(manifest: ReleaseManifest): Promise<void> {
    for (const artifact of manifest.artifacts) {
      const stored = await this.#blobs.stat(artifact.digests.sha256);
      if (stored?.sizeBytes !== artifact.sizeBytes) {
        throw new AppError(
          "ENV_DATA_CORRUPT",
          `The stored file ${artifact.fileName} is missing or damaged; ${manifest.version} was not published. Upload it again.`,
          { details: { sha256: artifact.digests.sha256 } },
        );
      }
    }
  }

  async #store(document: StoreDocument): Promise<void> {
    await this.#blobs.ingest(once(document.bytes), { expected: { sha256: document.sha256, sizeBytes: document.bytes.length } });
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
