import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { unpackArchive } from "../../archive/unpack-archive.ts";

/** Part of the free disk that one side may take: there are two, and others write there, too. */
const FREE_PART = 0.45;

/**
 * Unpacks one archive of a pair as hosts unpack it, into `folder`, which must not be there yet.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED for what hosts would not unpack, ENV_DISK_FULL. Nothing is there then.
 */
export async function unpackSide(archive: string, folder: string, signal: AbortSignal): Promise<void> {
  await unpackArchive({
    archive,
    folder,
    temporary: `${folder}.part`,
    signal,
    checkRoom: (totalBytes) => checkRoom(dirname(folder), totalBytes),
    beforeVisible: () => Promise.resolve(),
  });
}

async function checkRoom(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (neededBytes <= bavail * bsize * FREE_PART) return;
  throw new AppError("ENV_DISK_FULL", `Unpacking needs ${formatBytes(neededBytes)}, more than the disk has to spare; no delta was made.`, {
    details: { path: folder },
  });
}
