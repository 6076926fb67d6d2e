import { hash } from "node:crypto";
import { lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf } from "#main/node/disk-error.ts";

// unix(7): 108 bytes with the closing zero on Linux, 104 on macOS. The socket is bound under a longer name first.
const MAX_PATH_BYTES = (process.platform === "darwin" ? 103 : 107) - ".new".length;

/** Where short paths are when the state folder's are too long: gone with the machine's boot, as sockets are. */
const SHORT_PLACES = ["/run", tmpdir()];

/**
 * The path of an application's socket: in its own folder, or, where that path is too long for a socket, in a private
 * folder of a short place. The same at every start, since a process that outlives its agent has it in its environment.
 *
 * @throws AppError ENV_UNSUPPORTED when no place is both short and private.
 */
export async function socketPath(folder: string, places: readonly string[] = SHORT_PLACES): Promise<string> {
  const usual = join(folder, "ipc.sock");
  if (Buffer.byteLength(usual) <= MAX_PATH_BYTES) return usual;
  const user = process.geteuid?.() ?? 0;
  const name = `rollcall-${user}-${hash("sha256", folder).slice(0, 16)}`;
  for (const place of places) {
    const path = join(place, name, "ipc.sock");
    if (Buffer.byteLength(path) <= MAX_PATH_BYTES && (await isPrivate(join(place, name), user))) return path;
  }
  throw new AppError(
    "ENV_UNSUPPORTED",
    `${usual} is too long for a socket, and neither of ${places.join(", ")} has room for a private folder; the application runs without one.`,
  );
}

/** Makes a folder for ourselves alone; the account of an application may later pass through it. One that is there already is taken only when it is such a folder: in a place that all may write to, somebody else may have made it. */
async function isPrivate(folder: string, user: number): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) !== "EEXIST") return false;
  }
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === user && (found.mode & 0o066) === 0;
}
