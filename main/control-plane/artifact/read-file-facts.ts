import type { ArchiveListing } from "#shared/domain/artifact/archive-listing.ts";
import type { ArtifactFormat } from "#shared/domain/artifact/artifact.ts";
import type { FileFacts } from "#shared/domain/artifact/file-facts.ts";
import { inspectArtifact, INSPECTED_BYTES } from "#shared/domain/artifact/inspect.ts";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import { boundedSource, type RangeSource } from "#shared/domain/artifact/range-source.ts";
import { readProgramFacts } from "#shared/domain/artifact/read-program-facts.ts";
import { readTarListing } from "#shared/domain/artifact/tar-listing.ts";
import { readZipListing } from "#shared/domain/artifact/zip-listing.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import { blobSource } from "./blob-source.ts";
import { decompressingReader, plainReader } from "./forward-readers.ts";

/** What is read at most of one archive: of the file itself, or of what a decompressor makes of it. */
const BUDGET_BYTES = 128 * 1024 * 1024;

/** A stored file that is to be looked into. */
export type StoredFile = { readonly sha256: string; readonly fileName: string; readonly platform: Platform };

/** Reads what can be compared out of a stored file. Undefined when its bytes are not here. Never throws by what they are. */
export async function readFileFacts(blobs: BlobStore, { sha256, fileName, platform }: StoredFile): Promise<FileFacts | undefined> {
  const blob = await blobs.stat(sha256);
  if (blob === undefined) return undefined;
  const source = blobSource(blobs, blob);
  const { format, kind } = inspectArtifact(fileName, await source.read(0, INSPECTED_BYTES));
  const program = await readProgramFacts(source, platform);
  return {
    kind,
    interpreter: program?.interpreter,
    libraries: program?.libraries,
    listing: await readListing(blobs, sha256, boundedSource(source, BUDGET_BYTES), format),
  };
}

async function readListing(
  blobs: BlobStore,
  sha256: string,
  source: RangeSource,
  format: ArtifactFormat,
): Promise<ArchiveListing | undefined> {
  switch (format) {
    case "zip":
      return readZipListing(source);
    case "tar":
      return readTarListing(plainReader(source));
    case "gzip":
    case "zstd":
      return readPackedTar(await blobs.open(sha256), format);
    case "elf":
    case "mach-o":
    case "pe":
    case "script":
    case "unknown":
      return undefined;
  }
}

async function readPackedTar(compressed: AsyncIterable<Uint8Array>, method: "gzip" | "zstd"): Promise<ArchiveListing | undefined> {
  const reader = decompressingReader(compressed, method, BUDGET_BYTES);
  try {
    return await readTarListing(reader);
  } finally {
    await reader.close();
  }
}
