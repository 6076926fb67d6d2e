import { chmod, open, stat } from "node:fs/promises";
import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf } from "./disk-error.ts";
import { toPathError } from "./path-error.ts";

/**
 * Makes a file that its owner alone may read, or makes one private that is there; its content stays. For files that a
 * library opens, which gives a new one the mode of its own choice.
 *
 * One that is there is not opened: POSIX frees a process's locks on a file when it closes it anywhere.
 *
 * @throws AppError INPUT_INVALID for a path that cannot be written.
 */
export async function makePrivateFile(path: string): Promise<void> {
  try {
    if (await isMade(path)) return;
    if (!(await stat(path)).isFile()) throw new AppError("INPUT_INVALID", `${path} cannot be used: it is no file; nothing was started.`);
    await chmod(path, 0o600);
  } catch (thrown) {
    throw toPathError(thrown, "nothing was started");
  }
}

async function isMade(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx", 0o600)).close();
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}
