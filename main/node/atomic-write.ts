import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { isNotFound, toDiskError } from "./disk-error.ts";
import { nodeFs, type NodeFs } from "./node-fs.ts";

const TEMPORARY_NAME = /^\..+\.[0-9a-f]{12}\.tmp$/;

/** A name beside a file for what is to replace it. Nobody else's, and known as such by {@link sweepUnfinishedWrites}. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
}

/** Removes what writers that were killed left beside their files. Not while anyone writes there; a folder may be missing. */
export async function sweepUnfinishedWrites(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const names = await nodeFs.readdir(folder).catch((thrown: unknown) => {
      if (isNotFound(thrown)) return [];
      throw thrown;
    });
    for (const name of names) if (TEMPORARY_NAME.test(name)) await nodeFs.rm(join(folder, name), { force: true });
  }
}

/**
 * Makes the names in a folder durable: a rename is in the folder's own blocks, which the file's fsync does not flush.
 * Systems that cannot fsync a folder (Windows) order renames themselves.
 */
export async function syncFolder(folder: string, fs: NodeFs = nodeFs): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Replaces a file so that after a crash at any instant it holds either the old or the new content, whole. Resolves
 * when the new content would survive a power cut: temporary file beside it, fsync, rename, fsync of the folder.
 *
 * @param mode permission bits of the new file; secrets pass 0o600.
 * @param fs the file system, which tests replace to act a full disk.
 * @throws AppError ENV_DISK_FULL when there is no room; the old content stands.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o644, fs: NodeFs = nodeFs): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    const handle = await fs.open(temporary, "wx", mode);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, path);
  } catch (thrown) {
    await fs.rm(temporary, { force: true });
    throw toDiskError(thrown, path);
  }
  await syncFolder(dirname(path), fs);
}
