import { AppError } from "#shared/errors/app-error.ts";

const MOST_NAMED = 120;

/** An entry's path as a sentence can bear it: bounded, and without characters that would take over a terminal. */
function named(path: string): string {
  const shown = path.replace(/\p{Cc}/gu, "\uFFFD");
  return shown.length > MOST_NAMED ? `${shown.slice(0, MOST_NAMED)}…` : shown;
}

/**
 * Says that an archive is not unpacked. Nothing of it has become visible by then, or ever will.
 *
 * @param why what is wrong, as a half sentence: "it leads out of its folder".
 * @param path the entry that it is about, as the archive has it.
 */
export function archiveRefusal(why: string, path?: string, cause?: unknown): AppError {
  const about = path === undefined ? why : `${named(path)}: ${why}`;
  return new AppError("ARTIFACT_ARCHIVE_REFUSED", `The archive is refused: ${about}; nothing of it was installed.`, {
    cause,
    details: { why: about },
  });
}
