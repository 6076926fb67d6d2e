import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf } from "./disk-error.ts";

/**
 * Makes a folder and what is missing above it, all of them with `mode`. One that is there already stays as it is.
 *
 * Not `mkdir` with `recursive`: below `/proc` and its like, where making a folder answers that it is not there, that one
 * tries for ever.
 *
 * @throws AppError INPUT_INVALID where no folder can be; else the file system's own error, with its path.
 */
export async function makeFolder(path: string, mode: number): Promise<void> {
  const folder = resolve(path);
  if (await isMade(folder, mode)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent, mode);
  if (!(await isMade(folder, mode))) throw new AppError("INPUT_INVALID", `${folder} cannot be made: ${parent} takes no folders.`);
}

/** Whether the folder is there now; false when one above it is missing. */
async function isMade(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return false;
    if (await isFolder(path)) return true;
    throw thrown;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
