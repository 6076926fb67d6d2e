import { join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { uploadId } from "#shared/lib/ids.ts";
import type { UploadFiles } from "#main/control-plane/ports/upload-files.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";

/**
 * Upload files in one folder, named by upload id, as the tus file store lays them out: `<id>` holds the bytes and
 * `<id>.json` the transport's notes.
 */
export async function openFsUploadFiles(folder: string, fs: NodeFs = nodeFs): Promise<UploadFiles> {
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    path: (id) => filePath(folder, id),
    sizeBytes: async (id) => {
      try {
        return (await fs.stat(filePath(folder, id))).size;
      } catch (thrown) {
        if (isNotFound(thrown)) return undefined;
        throw thrown;
      }
    },
    list: async () => (await fs.readdir(folder)).filter((name) => isUploadId(name)),
    remove: async (id) => {
      await fs.rm(filePath(folder, id), { force: true });
      await fs.rm(`${filePath(folder, id)}.json`, { force: true });
    },
    freeBytes: async () => {
      const volume = await fs.statfs(folder);
      return volume.bavail * volume.bsize;
    },
  };
}

function isUploadId(name: string): boolean {
  return uploadId.safeParse(name).success;
}

/** Keeps whatever is not an id of ours from becoming a path. */
function filePath(folder: string, id: string): string {
  if (!isUploadId(id)) throw new AppError("NOT_FOUND", "There is no such upload.");
  return join(folder, id);
}
