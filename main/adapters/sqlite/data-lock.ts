import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { namingStorageErrors, toStorageError } from "./storage-error.ts";
import { AppError } from "#shared/errors/app-error.ts";

const isHeld = (cause: unknown): boolean => cause instanceof Error && "code" in cause && String(cause.code).startsWith("SQLITE_BUSY");

/** Held for as long as a process uses a data folder. */
export type DataLock = { release(): void };

/**
 * Takes the data folder for this process. The lock is an exclusive SQLite transaction on a file of its own, so the
 * operating system frees it when the process dies in any way.
 *
 * @throws AppError ENV_DATA_IN_USE when another process holds it, INPUT_INVALID for a folder that cannot be written.
 */
export function lockDataFolder(dataFolder: string): DataLock {
  const path = join(dataFolder, "lock.sqlite");
  const handle = namingStorageErrors(path, () => new BetterSqlite3(path, { timeout: 0 }));
  try {
    handle.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    handle.close();
    if (!isHeld(cause)) throw toStorageError(cause, path);
    throw new AppError("ENV_DATA_IN_USE", `Another Rollcall uses the data folder ${dataFolder}; nothing was started.`, { cause });
  }
  return { release: () => void handle.close() };
}
