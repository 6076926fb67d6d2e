import { join } from "node:path";
import { folderIndex, type FolderIndex, type FolderVersion } from "#shared/domain/release/folder-index-document.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { nodeFs } from "#main/node/node-fs.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";

const MAX_INDEX_BYTES = 16 * 1024 * 1024;

const indexPath = (folder: string): string => join(folder, "index.json");

/**
 * Reads the index of a product's folder; undefined when there is none.
 *
 * @throws AppError STORE_CONFLICT when something else of this name lies there, which is left alone.
 */
export async function readFolderIndex(folder: string): Promise<FolderIndex | undefined> {
  let bytes: Buffer;
  try {
    const { size } = await nodeFs.stat(indexPath(folder));
    if (size > MAX_INDEX_BYTES) throw notOurs(folder);
    bytes = await nodeFs.readFile(indexPath(folder));
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
  try {
    return folderIndex.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw notOurs(folder, cause);
  }
}

/** Replaces the index, whole. */
export async function writeFolderIndex(folder: string, index: FolderIndex): Promise<void> {
  await writeFileAtomic(indexPath(folder), `${JSON.stringify(folderIndex.parse(index), undefined, 2)}\n`);
}

/** The index with this version in it, in place of what it had of the same version. */
export function withVersion(index: FolderIndex, version: FolderVersion, channels: readonly string[]): FolderIndex {
  const others = index.versions.filter((one) => one.version !== version.version);
  const moved = Object.fromEntries(channels.map((channel) => [channel, version.version]));
  return { ...index, versions: [...others, version], channels: { ...index.channels, ...moved } };
}

/** The index without this version and without channels that point at it. */
export function withoutVersion(index: FolderIndex, version: string): FolderIndex {
  const channels = Object.fromEntries(Object.entries(index.channels).filter(([, at]) => at !== version));
  return { ...index, versions: index.versions.filter((one) => one.version !== version), channels };
}

function notOurs(folder: string, cause?: unknown): AppError {
  return new AppError("STORE_CONFLICT", `${indexPath(folder)} is there and was not written by Rollcall; it was left as it is.`, { cause });
}
