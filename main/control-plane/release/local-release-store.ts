import { z } from "zod";
import { deltaFiles, distinctArtifacts } from "#shared/domain/release/delta-files.ts";
import { deltasOf } from "#shared/domain/release/tree-delta.ts";
import { tagOfVersion, versionOfTag } from "#shared/domain/release/version-tag.ts";
import { sha256Hex } from "#shared/lib/scalars.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { BlobStore, ByteRange, TaggedDescriptor } from "../ports/blob-store.ts";
import type {
  FoundRelease,
  FoundReleaseDetail,
  PlannedStep,
  PublicationContent,
  ReleaseStore,
  StepContext,
  StoreDocument,
  StoredLocation,
} from "../ports/release-store.ts";
import { inspectLocalRelease } from "./local-release-detail.ts";
import { referrersIndex, referrersTag } from "./oci-documents.ts";

const location = z.object({ sha256: sha256Hex });

/**
 * The embedded store: releases as an OCI layout over the blob store, one repository per product, as `/v2/` serves it.
 * Artifacts are mostly there already, since intake put them there; a release that lay only elsewhere is fetched.
 */
export class LocalReleaseStore implements ReleaseStore {
  readonly #blobs: BlobStore;

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  async probe(): ReturnType<ReleaseStore["probe"]> {
    await this.#blobs.tags();
    return { canWrite: true, notes: [] };
  }

  plan(content: PublicationContent): readonly PlannedStep[] {
    const files = distinctArtifacts(content.manifest).flatMap((artifact) => [
      { sha256: artifact.digests.sha256, sizeBytes: artifact.sizeBytes, name: artifact.fileName },
      ...deltaFiles(artifact.fileName, deltasOf(artifact)),
    ]);
    const uploads = files.map((one) => ({
      id: `upload:${one.sha256}`,
      phase: "upload" as const,
      title: one.name,
      totalBytes: one.sizeBytes,
      needsSignature: false,
    }));
    const documents = { id: "describe", phase: "describe" as const, title: "Documents", totalBytes: 0, needsSignature: false };
    const signatures = { id: "signatures", phase: "describe" as const, title: "Signatures", totalBytes: 0, needsSignature: true };
    const tag = { id: "finish", phase: "finish" as const, title: "Tag", totalBytes: 0, needsSignature: true };
    return [...uploads, documents, signatures, tag];
  }

  async run(step: PlannedStep, content: PublicationContent, context: StepContext): Promise<readonly StoredLocation[]> {
    switch (step.id) {
      case "describe":
        await this.#storeDocuments(content);
        return [];
      case "signatures":
        await this.#storeSignatures(content);
        return [];
      case "finish":
        await this.#blobs.setTag(content.productId, tagOfVersion(content.manifest.version), toDescriptor(content.oci.index));
        for (const channel of content.channels) await this.#blobs.setTag(content.productId, channel, toDescriptor(content.oci.index));
        return [];
      default:
        return [await this.#fetch(step, context)];
    }
  }

  async abandon(content: PublicationContent): Promise<void> {
    await this.#removeTags(content.productId, content.oci.index.sha256);
  }

  async moveChannel(productId: string, channel: string, version: string): Promise<void> {
    await this.#blobs.setTag(productId, channel, await this.#requireTag(productId, tagOfVersion(version)));
  }

  async withdraw(productId: string, version: string): ReturnType<ReleaseStore["withdraw"]> {
    const tags = await this.#blobs.tags(productId);
    const own = tags.find(({ tag }) => tag === tagOfVersion(version));
    if (own !== undefined) await this.#removeTags(productId, own.target.sha256);
    return { left: undefined };
  }

  async open(at: unknown, range: ByteRange | undefined): Promise<AsyncIterable<Uint8Array>> {
    return this.#blobs.open(location.parse(at).sha256, range);
  }

  shortLivedUrl(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async discover(productId: string): Promise<readonly FoundRelease[]> {
    const tags = await this.#blobs.tags(productId);
    return tags
      .map(({ tag }) => ({ reference: tag, version: versionOfTag(tag), createdAt: undefined, isOurs: true }))
      .filter((one) => one.version !== undefined)
      .slice(0, 1000);
  }

  async inspect(productId: string, reference: string): Promise<FoundReleaseDetail> {
    return inspectLocalRelease(this.#blobs, await this.#requireTag(productId, reference), {
      reference,
      signatures: (await this.#blobs.tags(productId)).map(({ tag, target }) => ({ tag, target })),
    });
  }

  async #fetch(step: PlannedStep, context: StepContext): Promise<StoredLocation> {
    const sha256 = sha256Hex.parse(step.id.slice("upload:".length));
    if ((await this.#blobs.stat(sha256))?.sizeBytes !== step.totalBytes) {
      const expected = { sha256, sizeBytes: step.totalBytes };
      const { signal, onProgress } = context;
      await this.#blobs.ingest(await context.open(sha256), { expected, signal, onBytes: onProgress });
    }
    context.onProgress(step.totalBytes);
    return { sha256, location: { sha256 } };
  }

  async #storeDocuments(content: PublicationContent): Promise<void> {
    await this.#blobs.ingest(once(content.manifestBytes), { expected: { sha256: content.manifestSha256 } });
    for (const document of [content.oci.emptyConfig, ...content.oci.manifests, content.oci.index]) await this.#store(document);
  }

  async #storeSignatures(content: PublicationContent): Promise<void> {
    const bundles = content.signature?.bundles ?? [];
    for (const { bytes, referrer } of bundles) {
      await this.#blobs.ingest(once(bytes));
      await this.#store(referrer);
    }
    const index = referrersIndex(bundles.map((one) => one.referrer));
    await this.#store(index);
    await this.#blobs.setTag(content.productId, referrersTag(content.oci.index.sha256), toDescriptor(index));
  }

  async #store(document: StoreDocument): Promise<void> {
    await this.#blobs.ingest(once(document.bytes), { expected: { sha256: document.sha256, sizeBytes: document.bytes.length } });
  }

  async #requireTag(productId: string, tag: string): Promise<TaggedDescriptor> {
    const found = (await this.#blobs.tags(productId)).find((one) => one.tag === tag);
    if (found === undefined) throw new AppError("NOT_FOUND", `The local store has no ${tag} of ${productId}.`);
    return found.target;
  }

  /** Takes every name of an index away: its version, channels that point at it, and the list of its signatures. */
  async #removeTags(productId: string, indexSha256: string): Promise<void> {
    for (const { tag, target } of await this.#blobs.tags(productId))
      if (target.sha256 === indexSha256 || tag === referrersTag(indexSha256)) await this.#blobs.removeTag(productId, tag);
  }
}

function toDescriptor(document: StoreDocument): TaggedDescriptor {
  const { mediaType, artifactType, sha256, bytes } = document;
  return { mediaType, artifactType, sha256, sizeBytes: bytes.length };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
