import { AppError } from "#shared/errors/app-error.ts";

const codeOf = (failure: unknown): string =>
  failure instanceof Error && "code" in failure && typeof failure.code === "string" ? failure.code : "";

/** `SHMSIZE`: the index of the write-ahead log could not grow. */
const FULL = new Set(["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "ENOSPC"]);

/** Runs one use of the database at `path`; see {@link toStorageError}. */
export function namingStorageErrors<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (failure) {
    throw toStorageError(failure, path);
  }
}

/** Names what SQLite or the file system refused, so that people know what to do. Other failures pass as they are. */
export function toStorageError(failure: unknown, path: string): unknown {
  const code = codeOf(failure);
  const message = failure instanceof Error ? failure.message : "";
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB" || message.includes("malformed")) {
    return new AppError("ENV_DATA_CORRUPT", `The database is damaged and was not opened; it stays as it is at ${path}.`, {
      cause: failure,
    });
  }
  if (FULL.has(code)) {
    return new AppError("ENV_DISK_FULL", "The disk is full; nothing of the action was kept.", {
      cause: failure,
    });
  }
  if (code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_READONLY"))
    return new AppError("INPUT_INVALID", `${path} cannot be opened for writing; nothing was started or changed.`, { cause: failure });
  return failure;
}
