import { statfs } from "node:fs/promises";
import { AppError } from "#shared/errors/app-error.ts";

/** Room left beside the artifact, for journals and logs. */
const DISK_RESERVE_BYTES = 16 * 1024 * 1024;

/**
 * Makes sure that `neededBytes` more fit onto the disk of `folder` before anything is fetched for it.
 *
 * @throws AppError ENV_DISK_FULL when they do not.
 */
export async function checkRoom(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes + DISK_RESERVE_BYTES) return;
  throw new AppError(
    "ENV_DISK_FULL",
    `The disk has ${freeBytes} bytes free and ${neededBytes} are needed beside the reserve; nothing was downloaded.`,
    {
      details: { path: folder },
    },
  );
}
