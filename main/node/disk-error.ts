import { AppError } from "#shared/errors/app-error.ts";

/** The errno code of a system error (`ENOENT`, `ENOSPC` …), or undefined for anything else that was thrown. */
export function errnoOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}

/** Whether a file or folder was simply not there. */
export function isNotFound(thrown: unknown): boolean {
  const code = errnoOf(thrown);
  return code === "ENOENT" || code === "ENOTDIR";
}

const ABOUT_PATH: readonly (string | undefined)[] = ["EACCES", "EPERM", "ELOOP", "ENAMETOOLONG", "EINVAL"];

/**
 * Whether it answers the question for a path: there is nothing, or no way to it. Any other error (EIO, too many open files,
 * no memory) says only that there is no answer now, and must not be held against what was asked for.
 */
export function isNoSuchWay(thrown: unknown): boolean {
  return isNotFound(thrown) || ABOUT_PATH.includes(errnoOf(thrown));
}

const DAMAGE: readonly (string | undefined)[] = ["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "EIO", "EUCLEAN", "EBADMSG"];

/**
 * Whether it says that what was to be read is gone or cannot be read any more. A want of this process (too many open
 * files, no memory, no right) says nothing about the disk, and must not cost anybody a version.
 */
export function isDamage(thrown: unknown): boolean {
  return DAMAGE.includes(errnoOf(thrown)) || (thrown instanceof AppError && thrown.code === "ENV_DATA_CORRUPT");
}

/**
 * Names a full disk (or a used-up quota) as such, so that people free space instead of reporting a bug. Anything else
 * stays what it was.
 */
export function toDiskError(thrown: unknown, path: string): unknown {
  const code = errnoOf(thrown);
  if (code !== "ENOSPC" && code !== "EDQUOT") return thrown;
  return new AppError("ENV_DISK_FULL", `The disk is full; ${path} was not written and what stood there before is untouched.`, {
    cause: thrown,
    details: { path },
  });
}
