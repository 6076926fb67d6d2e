import { AppError } from "#shared/errors/app-error.ts";

const codeOf = (failure: unknown): string =>
  failure instanceof Error && "code" in failure && typeof failure.code === "string" ? failure.code : "";

/** Names what SQLite or the file system refused, so that people know what to do. Other failures pass as they are. */
export function toStorageError(failure: unknown, path: string): unknown {
  const code = codeOf(failure);
  const message = failure instanceof Error ? failure.message : "";
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB" || message.includes("malformed")) {
    return new AppError("ENV_DATA_CORRUPT", `The database is damaged and was not opened; it stays as it is at ${path}.`, {
      cause: failure,
    });
  }
  if (code === "SQLITE_FULL" || code === "ENOSPC") {
    return new AppError("ENV_DISK_FULL", "The disk is full; nothing of the action was kept.", {
      cause: failure,
    });
  }
  return failure;
}
