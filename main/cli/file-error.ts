import { errnoOf, toDiskError } from "#main/node/disk-error.ts";
import { AppError } from "#shared/errors/app-error.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist",
  EISDIR: "is a folder",
  EACCES: "may not be used by this user",
  EPERM: "may not be used by this user",
  EROFS: "lies on a disk that may not be written",
};

/** Names what is wrong with a file that a person gave; anything else stays what it was. */
export function toFileError(thrown: unknown): unknown {
  const path = thrown instanceof Error && "path" in thrown && typeof thrown.path === "string" ? thrown.path : undefined;
  if (path === undefined) return thrown;
  const reason = REASONS[errnoOf(thrown) ?? ""];
  if (reason === undefined) return toDiskError(thrown, path);
  return new AppError("INPUT_INVALID", `${path} ${reason}; nothing was done with it.`, { cause: thrown });
}
