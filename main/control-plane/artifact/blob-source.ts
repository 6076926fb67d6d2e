import type { RangeSource } from "#shared/domain/artifact/range-source.ts";
import type { BlobInfo, BlobStore } from "../ports/blob-store.ts";

/** A stored blob as bytes that can be read at any place. Each read opens it anew: readers of headers need only a few. */
export function blobSource(blobs: BlobStore, { sha256, sizeBytes }: Pick<BlobInfo, "sha256" | "sizeBytes">): RangeSource {
  return {
    sizeBytes,
    read: async (offset, length) => {
      const last = Math.min(offset + length, sizeBytes) - 1;
      if (last < offset) return new Uint8Array();
      const parts: Uint8Array[] = [];
      for await (const part of await blobs.open(sha256, { first: offset, last })) parts.push(part);
      return Buffer.concat(parts);
    },
  };
}
