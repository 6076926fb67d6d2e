import { hash } from "node:crypto";
import { tagOfVersion } from "#shared/domain/release/version-tag.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type {
  PlannedStep,
  PublicationContent,
  StepContext,
  StoredLocation,
  StoreDocument,
} from "#main/control-plane/ports/release-store.ts";
import { hasBlob } from "#main/node/oci/client/blobs.ts";
import { headManifest, putManifest } from "#main/node/oci/client/manifests.ts";
import { ensureReferrers, type Referrer } from "#main/node/oci/client/referrers.ts";
import type { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { pushBlob } from "../upload/push-blob.ts";
import type { BlobWhereabouts } from "./blob-whereabouts.ts";
import { distinctFiles, fileOfStep, type DistinctFile } from "./publication-plan.ts";
import { toLocation } from "./store-location.ts";

/** Where and with what a publication is carried out. */
export type PublishSurroundings = {
  readonly client: RegistryClient;
  readonly repository: string;
  readonly whereabouts: BlobWhereabouts;
};

/** Runs one step of a publication; each asks the registry first and does only what is missing. */
export async function runPublishStep(
  step: PlannedStep,
  content: PublicationContent,
  context: StepContext,
  surroundings: PublishSurroundings,
): Promise<readonly StoredLocation[]> {
  const file = fileOfStep(step, content);
  if (file !== undefined) return uploadFile(file, context, surroundings);
  switch (step.id) {
    case "check":
      await tagIsFree(content, context.signal, surroundings);
      return [];
    case "verify":
      await verify(content, context, surroundings);
      return [];
    case "describe":
      await describe(content, context, surroundings);
      return [];
    case "referrers":
      await attachSignatures(content, context.signal, surroundings);
      return [];
    case "finish":
      await finish(content, context.signal, surroundings);
      return [];
    default:
      throw new AppError("INTERNAL", `A registry knows no step ${step.id}; nothing was done.`);
  }
}

async function uploadFile(
  file: DistinctFile,
  context: StepContext,
  { client, repository, whereabouts }: PublishSurroundings,
): Promise<readonly StoredLocation[]> {
  const { sha256, sizeBytes } = file;
  const { open, ...rest } = context;
  const mountFrom = whereabouts.otherThan(repository, sha256);
  await pushBlob(client, { ...rest, repository, sha256, sizeBytes, mountFrom, open: (range) => open(sha256, range) });
  whereabouts.note(repository, sha256);
  return [{ sha256, location: toLocation({ repository, digest: `sha256:${sha256}`, sizeBytes }) }];
}

/** @throws AppError STORE_CONFLICT when the version's tag points at something else. */
async function tagIsFree(content: PublicationContent, signal: AbortSignal, { client, repository }: PublishSurroundings): Promise<boolean> {
  const tag = tagOfVersion(content.manifest.version);
  const digest = await headManifest(client, repository, tag, signal);
  if (digest === undefined) return true;
  if (digest === `sha256:${content.oci.index.sha256}`) return false;
  throw new AppError(
    "STORE_CONFLICT",
    `${client.reach.registry.host} has something else at ${repository}:${tag} (${digest}); it was left as it is and nothing was made visible.`,
    { details: { repository, tag, digest } },
  );
}

/** Registries lose files too; what is missing is brought again, here and now. */
async function verify(content: PublicationContent, context: StepContext, surroundings: PublishSurroundings): Promise<void> {
  const { client, repository } = surroundings;
  for (const file of distinctFiles(content)) {
    const place = { repository, digest: `sha256:${file.sha256}`, sizeBytes: file.sizeBytes };
    if (await hasBlob(client, place, context.signal)) continue;
    await uploadFile(file, { ...context, resume: undefined, checkpoint: noNote, onProgress: noProgress }, surroundings);
    if (!(await hasBlob(client, place, context.signal))) {
      throw new AppError("STORE_PROTOCOL", `${client.reach.registry.host} took ${file.fileName} and does not have it.`);
    }
  }
}

const noNote = (): Promise<void> => Promise.resolve();
const noProgress = (): void => undefined;

async function describe(content: PublicationContent, context: StepContext, surroundings: PublishSurroundings): Promise<void> {
  const { oci, manifestBytes } = content;
  await putSmallBlob(oci.emptyConfig.bytes, context.signal, surroundings);
  await putSmallBlob(manifestBytes, context.signal, surroundings);
  for (const manifest of oci.manifests) await putByDigest(manifest, context.signal, surroundings);
  await putByDigest(oci.index, context.signal, surroundings);
}

async function attachSignatures(content: PublicationContent, signal: AbortSignal, surroundings: PublishSurroundings): Promise<void> {
  const { client, repository } = surroundings;
  if (content.signature === undefined) throw new AppError("INTERNAL", "A release without signatures was to be signed in a registry.");
  const { bundles } = content.signature;
  if (bundles.length === 0) return;
  await putSmallBlob(content.oci.emptyConfig.bytes, signal, surroundings);
  const unlisted: Referrer[] = [];
  for (const { bytes, referrer } of bundles) {
    await putSmallBlob(bytes, signal, surroundings);
    const { isListed } = await putByDigest(referrer, signal, surroundings);
    if (!isListed) unlisted.push(toReferrer(referrer));
  }
  await ensureReferrers(client, { repository, digest: `sha256:${content.oci.index.sha256}` }, unlisted, signal);
}

const toReferrer = (referrer: StoreDocument): Referrer => ({
  mediaType: referrer.mediaType,
  digest: `sha256:${referrer.sha256}`,
  size: referrer.bytes.length,
  artifactType: referrer.artifactType,
});

/** Makes the release visible. The list of signatures is looked at once more: somebody may have written it meanwhile. */
async function finish(content: PublicationContent, signal: AbortSignal, surroundings: PublishSurroundings): Promise<void> {
  const { client, repository } = surroundings;
  await attachSignatures(content, signal, surroundings);
  const { index } = content.oci;
  if (await tagIsFree(content, signal, surroundings)) {
    await putManifest(client, repository, tagOfVersion(content.manifest.version), index, signal);
    await tagIsFree(content, signal, surroundings);
  }
  for (const channel of content.channels) await putManifest(client, repository, channel, index, signal);
}

async function putSmallBlob(bytes: Uint8Array, signal: AbortSignal, { client, repository }: PublishSurroundings): Promise<void> {
  const open = (): Promise<AsyncIterable<Uint8Array>> => Promise.resolve(once(bytes));
  const blob = { repository, sha256: hash("sha256", bytes), sizeBytes: bytes.length, open };
  await pushBlob(client, { ...blob, resume: undefined, checkpoint: noNote, onProgress: noProgress, signal });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Stores a document unless it is there. `isListed` is the registry's word that it has noted what the document refers to. */
async function putByDigest(
  document: StoreDocument,
  signal: AbortSignal,
  { client, repository }: PublishSurroundings,
): Promise<{ readonly isListed: boolean }> {
  const reference = `sha256:${document.sha256}`;
  if ((await headManifest(client, repository, reference, signal)) !== undefined) return { isListed: false };
  const { hasSubject } = await putManifest(client, repository, reference, document, signal);
  return { isListed: hasSubject };
}
