import { manifestDeltas } from "#shared/domain/release/delta-files.ts";
import { DELTA_TYPE, PLATFORM_ANNOTATION, TITLE_ANNOTATION } from "#shared/domain/release/oci-release.ts";
import { z } from "zod";
import { platform } from "#shared/domain/artifact/platform.ts";
import { RELEASE_MANIFEST_MEDIA_TYPE, releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { versionOfTag } from "#shared/domain/release/version-tag.ts";
import { sha256Hex, sizeBytes } from "#shared/lib/scalars.ts";
import type { BlobStore, TaggedDescriptor } from "../ports/blob-store.ts";
import type { FoundFile, FoundReleaseDetail } from "../ports/release-store.ts";
import { referrersTag } from "./oci-documents.ts";
import { readSmallBlob } from "./read-small-blob.ts";

const digest = z.templateLiteral(["sha256:", sha256Hex]).transform((text) => text.slice("sha256:".length));
const annotations = z.record(z.string(), z.string()).default({});
const index = z.object({ manifests: z.array(z.object({ digest, annotations })).max(1000) });
const manifest = z.object({
  artifactType: z.string().default(""),
  layers: z.array(z.object({ digest, size: sizeBytes, annotations })).max(1000),
});

/** Where to look: the tag that was asked for, and every tag of the repository, one of which lists the signatures. */
type Lookup = { readonly reference: string; readonly signatures: readonly { readonly tag: string; readonly target: TaggedDescriptor }[] };

/** Reads a release of the local store in full. @throws AppError NOT_FOUND, or a ZodError for documents that are not ours. */
export async function inspectLocalRelease(blobs: BlobStore, root: TaggedDescriptor, lookup: Lookup): Promise<FoundReleaseDetail> {
  const listed = lookup.signatures.find(({ tag }) => tag === referrersTag(root.sha256));
  return {
    reference: lookup.reference,
    version: versionOfTag(lookup.reference),
    createdAt: undefined,
    isOurs: true,
    notes: "",
    ...(await readFiles(blobs, root.sha256)),
    subjectSha256: root.sha256,
    bundles: listed === undefined ? [] : await readBundles(blobs, listed.target.sha256),
  };
}

async function readFiles(blobs: BlobStore, indexSha256: string): Promise<Pick<FoundReleaseDetail, "files" | "deltas" | "manifest">> {
  const files: FoundFile[] = [];
  let own: ReleaseManifest | undefined;
  for (const child of (await readJson(blobs, indexSha256, index)).manifests) {
    const document = await readJson(blobs, child.digest, manifest);
    if (document.artifactType === DELTA_TYPE) continue;
    if (document.artifactType === RELEASE_MANIFEST_MEDIA_TYPE) {
      const [layer] = document.layers;
      if (layer !== undefined) own = await readJson(blobs, layer.digest, releaseManifest);
      continue;
    }
    for (const layer of document.layers) {
      files.push({
        name: layer.annotations[TITLE_ANNOTATION] ?? layer.digest,
        sizeBytes: layer.size,
        sha256: layer.digest,
        platform: platform.safeParse(child.annotations[PLATFORM_ANNOTATION]).data,
        location: { sha256: layer.digest },
      });
    }
  }
  return { files, deltas: own === undefined ? [] : manifestDeltas(own, ({ sha256 }) => ({ sha256 })), manifest: own };
}

async function readBundles(blobs: BlobStore, indexSha256: string): Promise<readonly Uint8Array[]> {
  const bundles: Uint8Array[] = [];
  for (const child of (await readJson(blobs, indexSha256, index)).manifests)
    for (const layer of (await readJson(blobs, child.digest, manifest)).layers) bundles.push(await readSmallBlob(blobs, layer.digest));
  return bundles;
}

async function readJson<S extends z.ZodType>(blobs: BlobStore, sha256: string, schema: S): Promise<z.infer<S>> {
  return schema.parse(JSON.parse(Buffer.from(await readSmallBlob(blobs, sha256)).toString("utf8")));
}
