import { createReadStream } from "node:fs";
import { join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import type { BlobInfo, BlobStore, ByteRange } from "#main/control-plane/ports/blob-store.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound, toDiskError } from "#main/node/disk-error.ts";
import { BlobWriter } from "./blob-writer.ts";
import { LayoutIndex } from "./layout-index.ts";
import { layoutPaths, type LayoutPaths } from "./layout-paths.ts";

const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Opens, or makes, an OCI image layout (image-spec, image-layout.md) in the folder and removes what a killed ingest
 * left behind. One process at a time may have it open; the shell's lock on the data folder sees to that.
 *
 * @throws AppError ENV_DATA_CORRUPT when `index.json` cannot be read, ENV_DISK_FULL.
 */
export async function openFsBlobStore(folder: string, fs: NodeFs = nodeFs): Promise<BlobStore> {
  const paths = layoutPaths(folder);
  await prepareLayout(paths, fs);
  const index = await LayoutIndex.open(paths.index, fs);
  const writer = new BlobWriter(paths, fs);
  return {
    ingest: (source, options = {}) => writer.ingest(source, options),
    importFile: (path, options = {}) => writer.importFile(path, options),
    adopt: (path, options = {}) => writer.adopt(path, options),
    stat: (sha256) => statBlob(paths, fs, sha256),
    open: (sha256, range) => openBlob(paths, fs, sha256, range),
    list: () => listBlobs(paths, fs),
    remove: async (sha256) => fs.rm(blobPath(paths, sha256), { force: true }),
    setTag: (repository, tag, target) => index.set(repository, tag, target),
    removeTag: (repository, tag) => index.remove(repository, tag),
    tags: (repository) => Promise.resolve(index.list(repository)),
    usage: () => measureUsage(paths, fs),
  };
}

async function prepareLayout(paths: LayoutPaths, fs: NodeFs): Promise<void> {
  try {
    await fs.rm(paths.ingest, { recursive: true, force: true });
    await fs.mkdir(paths.ingest, { recursive: true, mode: 0o700 });
    await fs.mkdir(paths.blobs, { recursive: true, mode: 0o700 });
    const marker = await fs.readFile(paths.marker).catch(() => undefined);
    if (marker === undefined || marker.length === 0) await writeFileAtomic(paths.marker, '{"imageLayoutVersion":"1.0.0"}', 0o600, fs);
  } catch (thrown) {
    throw toDiskError(thrown, paths.folder);
  }
}

/** Refuses whatever is not a digest, so that no name from outside ever becomes a path. */
function blobPath(paths: LayoutPaths, sha256: string): string {
  if (!SHA256_HEX.test(sha256)) throw new AppError("NOT_FOUND", "This is not the digest of a stored blob.");
  return join(paths.blobs, sha256);
}

async function statBlob(paths: LayoutPaths, fs: NodeFs, sha256: string): Promise<BlobInfo | undefined> {
  try {
    const stats = await fs.stat(blobPath(paths, sha256));
    return { sha256, sizeBytes: stats.size, storedAt: Math.floor(stats.mtimeMs) };
  } catch (thrown) {
    if (isNotFound(thrown) || (thrown instanceof AppError && thrown.code === "NOT_FOUND")) return undefined;
    throw thrown;
  }
}

async function openBlob(paths: LayoutPaths, fs: NodeFs, sha256: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
  const info = await statBlob(paths, fs, sha256);
  if (info === undefined) throw new AppError("NOT_FOUND", `No blob ${sha256} is stored.`);
  if (range !== undefined && (range.first < 0 || range.first > range.last || range.last >= info.sizeBytes)) {
    throw new AppError("INPUT_INVALID", `The range ${range.first}-${range.last} lies outside the ${info.sizeBytes} bytes of the blob.`);
  }
  return readBlob(blobPath(paths, sha256), range);
}

/** The file is opened when the first chunk is asked for, so that a reader that never starts leaks nothing. */
async function* readBlob(path: string, range?: ByteRange): AsyncGenerator<Uint8Array> {
  const window = range === undefined ? {} : { start: range.first, end: range.last };
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024, ...window })) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a byte stream yielded text");
    yield chunk;
  }
}

async function* listBlobs(paths: LayoutPaths, fs: NodeFs): AsyncGenerator<BlobInfo> {
  for await (const entry of await fs.opendir(paths.blobs)) {
    const info = SHA256_HEX.test(entry.name) ? await statBlob(paths, fs, entry.name) : undefined;
    if (info !== undefined) yield info;
  }
}

async function measureUsage(paths: LayoutPaths, fs: NodeFs): Promise<{ blobBytes: number; blobCount: number; freeBytes: number }> {
  let blobBytes = 0;
  let blobCount = 0;
  for await (const blob of listBlobs(paths, fs)) {
    blobBytes += blob.sizeBytes;
    blobCount += 1;
  }
  const volume = await fs.statfs(paths.folder);
  return { blobBytes, blobCount, freeBytes: volume.bavail * volume.bsize };
}
