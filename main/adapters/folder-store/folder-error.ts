import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf, toDiskError } from "#main/node/disk-error.ts";

const FORBIDDEN = new Set(["EACCES", "EPERM", "EROFS"]);
/** What network file systems say while the other side is away. */
const AWAY = new Set(["EIO", "ESTALE", "ENOTCONN", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH", "ECONNRESET"]);

/** Names a failure of the file system as the failure of a store; what is named already stays what it is. */
export function toFolderError(thrown: unknown, path: string): unknown {
  const code = errnoOf(thrown) ?? "";
  if (code === "ENOENT" || code === "ENOTDIR")
    return new AppError("STORE_NOT_FOUND", `${path} is not there; nothing was written to it.`, { cause: thrown });
  if (FORBIDDEN.has(code))
    return new AppError("STORE_FORBIDDEN", `The account of the control plane may not write to ${path}.`, { cause: thrown });
  if (AWAY.has(code)) return new AppError("REMOTE_UNREACHABLE", `The file system of ${path} does not answer (${code}).`, { cause: thrown });
  return toDiskError(thrown, path);
}

/** Runs a piece of work on the folder and names what goes wrong. */
export async function inFolder<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw toFolderError(thrown, path);
  }
}
