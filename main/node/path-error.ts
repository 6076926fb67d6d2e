import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf } from "./disk-error.ts";

/** What people can do something about; anything else is a fault of the machine or of ours. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not use it",
  EEXIST: "something else stands there",
  EISDIR: "it is a folder",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "it is not there",
  ENOTDIR: "a part of its path is no folder",
  EPERM: "this user may not use it",
  EROFS: "the disk is read-only",
};

/**
 * Names a path that somebody gave and that cannot be used as such, so that people correct it instead of reporting a
 * bug. Anything else stays what it was.
 *
 * @param notDone what was not done for want of it, as the end of a sentence: "nothing was started".
 */
export function toPathError(thrown: unknown, notDone: string): unknown {
  const reason = REASONS[errnoOf(thrown) ?? ""];
  if (reason === undefined || !(thrown instanceof Error) || !("path" in thrown) || typeof thrown.path !== "string") return thrown;
  return new AppError("INPUT_INVALID", `${thrown.path} cannot be used: ${reason}; ${notDone}.`, { cause: thrown });
}
