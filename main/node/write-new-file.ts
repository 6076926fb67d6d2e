import { dirname } from "node:path";
import { syncFolder, writeFileAtomic } from "./atomic-write.ts";
import { errnoOf } from "./disk-error.ts";
import { nodeFs, type NodeFs } from "./node-fs.ts";
import { AppError } from "#shared/errors/app-error.ts";

/**
 * Writes a file that must not be there yet, whole and durably. The name is taken first, empty and exclusively, and then
 * replaced, which works on file systems without links, too (a memory stick): of two writers at once one gets it, and a
 * kill in between leaves an empty file, never half of one.
 *
 * @param mode permission bits; secrets pass 0o600.
 * @throws AppError CONFLICT_EXISTS when something stands there, ENV_DISK_FULL; the file system's own error otherwise.
 */
export async function writeNewFile(path: string, data: string | Uint8Array, mode = 0o644, fs: NodeFs = nodeFs): Promise<void> {
  try {
    await (await fs.open(path, "wx", mode)).close();
  } catch (cause) {
    if (errnoOf(cause) !== "EEXIST") throw cause;
    throw new AppError("CONFLICT_EXISTS", `${path} is there already and is never overwritten; nothing was written.`, { cause });
  }
  try {
    await writeFileAtomic(path, data, mode, fs);
  } catch (thrown) {
    await fs.rm(path, { force: true });
    await syncFolder(dirname(path), fs).catch(() => undefined);
    throw thrown;
  }
}
