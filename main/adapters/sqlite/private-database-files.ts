import { chmod } from "node:fs/promises";
import { isNotFound } from "#main/node/disk-error.ts";
import { toPathError } from "#main/node/path-error.ts";
import { makePrivateFile } from "#main/node/private-file.ts";

/**
 * Makes a database's files readable by their owner only, whatever the folder or an earlier version left them as; SQLite
 * gives its log and its index the mode of the database itself. To be called before the database is opened.
 *
 * @throws AppError INPUT_INVALID for a folder that cannot be written.
 */
export async function makeDatabaseFilesPrivate(path: string): Promise<void> {
  await makePrivateFile(path);
  for (const one of [`${path}-wal`, `${path}-shm`, `${path}-journal`]) {
    await chmod(one, 0o600).catch((thrown: unknown) => {
      if (!isNotFound(thrown)) throw toPathError(thrown, "nothing was started");
    });
  }
}
