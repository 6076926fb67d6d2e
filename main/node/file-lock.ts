import { DatabaseSync } from "node:sqlite";
import { AppError } from "#shared/errors/app-error.ts";
import { makePrivateFile } from "./private-file.ts";

/** A held lock. Ends with {@link FileLock.release} or with the process, whatever kills it. */
export type FileLock = { release(): void };

const SQLITE_BUSY = 5;

/**
 * Takes an exclusive lock on a folder through the file at `path`, at once or not at all.
 *
 * Node has no flock. Pid files race when two starters find the same dead owner; SQLite's lock is the kernel's own
 * (fcntl, LockFileEx), so it is exclusive, reaches across containers that share the folder, is not inherited by
 * children, and is gone the moment the process is. The file stays empty.
 *
 * @throws AppError ENV_DATA_IN_USE when another process holds it, INPUT_INVALID for a path that cannot be written.
 */
export async function lockFile(path: string, what: string): Promise<FileLock> {
  await makePrivateFile(path);
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (thrown) {
    database.close();
    if (thrown instanceof Error && "errcode" in thrown && thrown.errcode === SQLITE_BUSY) {
      throw new AppError("ENV_DATA_IN_USE", `Another process uses ${what}; nothing was started and nothing in it was changed.`, {
        cause: thrown,
        details: { path },
      });
    }
    throw thrown;
  }
  return { release: () => database.close() };
}
