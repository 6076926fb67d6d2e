import { AppError } from "#shared/errors/app-error.ts";
import type { BlobStore } from "../ports/blob-store.ts";

/** Documents of ours are far smaller; the OCI distribution-spec asks registries to take at least this much. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/**
 * Reads a document whole.
 *
 * @throws AppError NOT_FOUND, INPUT_TOO_LARGE.
 */
export async function readSmallBlob(blobs: BlobStore, sha256: string): Promise<Uint8Array> {
  const info = await blobs.stat(sha256);
  if (info !== undefined && info.sizeBytes > MAX_DOCUMENT_BYTES)
    throw new AppError("INPUT_TOO_LARGE", "This blob is no document; it was not read.");
  const parts: Uint8Array[] = [];
  for await (const part of await blobs.open(sha256)) parts.push(part);
  return Buffer.concat(parts);
}
