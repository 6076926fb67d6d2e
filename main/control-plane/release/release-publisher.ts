import { AppError } from "#shared/errors/app-error.ts";
import { manifestTargetPath, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import { manifestBytes } from "./make-manifest.ts";
import type { StoreDocument } from "../ports/release-store.ts";
import { ociRelease, tagOfVersion } from "./oci-documents.ts";

/** What publications ask of trust. Both calls are idempotent and resolve when clients can see the change. */
export type ReleaseTrust = {
  publish(
    productId: string,
    target: { readonly path: string; readonly sizeBytes: number; readonly sha256: string; readonly sha512: string },
  ): Promise<void>;
  withdraw(productId: string, path: string): Promise<void>;
};

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
    const { sha256, sha512 } = signed.digests;
    await this.#trust.publish(manifest.productId, {
      path: manifestTargetPath(manifest.productId, manifest.version),
      sizeBytes: signed.sizeBytes,
      sha256,
      sha512,
    });
  }

  /** Ends the signature first, then takes the tag away; blobs stay for the version history. */
  async withdraw(productId: string, version: string): Promise<void> {
    await this.#trust.withdraw(productId, manifestTargetPath(productId, version));
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
