import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { sha256Hex, sizeBytes } from "#shared/lib/scalars.ts";
import type { BlobStore, TaggedDescriptor } from "../ports/blob-store.ts";
import { readSmallBlob } from "./read-small-blob.ts";

/** A document or blob that a release reaches. `mediaType` is absent for plain bytes. */
export type OciMember = { readonly sha256: string; readonly sizeBytes: number; readonly mediaType?: string };

const digest = z.templateLiteral(["sha256:", sha256Hex]).transform((text) => text.slice("sha256:".length));
const descriptor = z.object({ mediaType: z.string(), digest, size: sizeBytes });
const indexDocument = z.object({ manifests: z.array(descriptor).max(1000) });
const manifestDocument = z.object({ config: descriptor, layers: z.array(descriptor).max(1000) });

/**
 * Everything that a tagged index reaches: itself, its manifests, their configs and layers, by digest.
 *
 * @throws AppError ENV_DATA_CORRUPT when a document is missing or cannot be read.
 */
export async function readClosure(blobs: BlobStore, root: TaggedDescriptor): Promise<ReadonlyMap<string, OciMember>> {
  const members = new Map<string, OciMember>([
    [root.sha256, { sha256: root.sha256, sizeBytes: root.sizeBytes, mediaType: root.mediaType }],
  ]);
  for (const manifest of (await readDocument(blobs, indexDocument, root.sha256)).manifests) {
    members.set(manifest.digest, { sha256: manifest.digest, sizeBytes: manifest.size, mediaType: manifest.mediaType });
    const { config, layers } = await readDocument(blobs, manifestDocument, manifest.digest);
    for (const layer of [config, ...layers]) members.set(layer.digest, { sha256: layer.digest, sizeBytes: layer.size });
  }
  return members;
}

async function readDocument<S extends z.ZodType>(blobs: BlobStore, schema: S, sha256: string): Promise<z.infer<S>> {
  try {
    return schema.parse(JSON.parse(Buffer.from(await readSmallBlob(blobs, sha256)).toString("utf8")));
  } catch (cause) {
    throw new AppError("ENV_DATA_CORRUPT", `The stored document ${sha256} is missing or damaged; nothing was served.`, { cause });
  }
}
