import { realpath } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { isNotFound } from "#main/node/disk-error.ts";
import { AppError } from "#shared/errors/app-error.ts";

/** What must not share a place with the recovery key: key files by their path, data folders as such. */
export type RecoveryNeighbours = { readonly keyFiles: readonly string[]; readonly dataFolders: readonly string[] };

/**
 * Refuses a place for the recovery key where it would be lost, or stolen, together with what it is to recover from.
 *
 * @throws AppError TRUST_RECOVERY_MISSING.
 */
export async function requireRecoveryPlace(path: string, { keyFiles, dataFolders }: RecoveryNeighbours): Promise<void> {
  const folder = await realFolder(dirname(resolve(path)));
  const keyFolders = await Promise.all(keyFiles.map((file) => realFolder(dirname(resolve(file)))));
  if (keyFolders.includes(folder)) throw refused(path, "beside an operator's key: whoever loses that one loses both");
  const data = await Promise.all(dataFolders.map((one) => realFolder(resolve(one))));
  if (data.some((one) => folder === one || folder.startsWith(one + sep)))
    throw refused(path, "in the control plane's data folder: whoever steals that takes it along");
}

/** The folder without links, also when it or a part of its path is not there yet. */
async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (thrown) {
    if (!isNotFound(thrown) || dirname(folder) === folder) throw thrown;
    return (await realFolder(dirname(folder))) + folder.slice(dirname(folder).length);
  }
}

function refused(path: string, why: string): AppError {
  return new AppError(
    "TRUST_RECOVERY_MISSING",
    `${path} lies ${why}. Name a place that is kept apart, such as a memory stick, or insist with --recovery-here. Nothing was changed.`,
  );
}
