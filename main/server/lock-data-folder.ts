import { join } from "node:path";
import { lockFile, type FileLock } from "#main/node/file-lock.ts";

/**
 * Takes a data folder for this process, for as long as it uses it.
 *
 * @throws AppError ENV_DATA_IN_USE when another process holds it, INPUT_INVALID for a folder that cannot be written.
 */
export function lockDataFolder(dataFolder: string): Promise<FileLock> {
  return lockFile(join(dataFolder, "lock.sqlite"), `the data folder ${dataFolder}`);
}
