import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { nodeFs, type NodeFs } from "./node-fs.ts";
import { storageFailure, systemErrorCode } from "./storage-failure.ts";

/** What may differ between durable writes. `mode` is that of a new file. */
export type WriteDurablyOptions = { readonly mode?: number; readonly fs?: NodeFs };

/**
 * Replaces a file so that every reader, also one after a power cut, sees the old bytes or the new ones: temporary file
 * beside it, fsync, rename, fsync of the folder.
 *
 * @throws AppError ENV_DISK_FULL when the volume is full; the old file stands.
 */
export async function writeDurably(path: string, bytes: Uint8Array, options: WriteDurablyOptions = {}): Promise<void> {
  const fs = options.fs ?? nodeFs;
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    const file = await fs.open(temporary, "wx", options.mode ?? 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, path);
    await syncFolder(dirname(path), fs);
  } catch (thrown) {
    await fs.rm(temporary, { force: true });
    throw storageFailure(thrown, "The file was not changed.");
  }
}

/** Makes renames and links within a folder durable. Windows cannot open folders and needs no such thing. */
export async function syncFolder(folder: string, fs: NodeFs = nodeFs): Promise<void> {
  try {
    const handle = await fs.open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    if (!["EISDIR", "EPERM", "EACCES", "EINVAL"].includes(systemErrorCode(thrown) ?? "")) throw thrown;
  }
}
