import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "#main/control-plane/ports/logger.ts";
import { makeFolder } from "#main/node/make-folder.ts";
import { narrowFolder } from "#main/node/narrow-folder.ts";
import { toPathError } from "#main/node/path-error.ts";

/** What lets others look into a folder, or its group change it. */
const WIDE = 0o027;

/**
 * Makes a data folder, for its owner alone. One that is there and empty is taken from everybody else, too; one with
 * something in it keeps its mode, since that something may be others', and a warning says so. What lies in it is private
 * by itself: our own folders in it are narrowed where an earlier version left them wide.
 *
 * @param own names of our folders in it.
 * @throws AppError INPUT_INVALID for a path that is no folder or can be none.
 */
export async function prepareDataFolder(folder: string, own: readonly string[], logger: Logger): Promise<void> {
  try {
    await makeFolder(folder, 0o700);
    const names = await readdir(folder);
    if (names.length === 0) await narrowFolder(folder, 0o750);
    for (const name of own.filter((one) => names.includes(one))) await narrowFolder(join(folder, name), 0o700);
    const mode = (await stat(folder)).mode & 0o777;
    if (process.platform !== "win32" && (mode & WIDE) !== 0)
      logger.warn(
        { dataFolder: folder, mode: mode.toString(8) },
        "Other users of this machine may look into the data folder, or change it: chmod g-w,o= FOLDER",
      );
  } catch (thrown) {
    throw toPathError(thrown, "nothing was started");
  }
}
