import { CHECKSUMS_NAME } from "#shared/domain/store/github/own-document-names.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { PlainFile } from "./plain-file.ts";

const MAX_CHECKSUMS_BYTES = 1024 * 1024;

/**
 * The SHA-256 that a list as `sha256sum` writes it has for a file. Names may stand behind a `*` or in folders; a list of one
 * bare digest is about the one file beside it.
 */
export function readChecksum(list: string, name: string): string | undefined {
  for (const line of list.split("\n")) {
    const [, digest, listed = ""] = /^\\?([0-9a-fA-F]{64})(?:\s+\*?(.*?))?\s*$/.exec(line) ?? [];
    if (digest !== undefined && (listed === "" || listed.split("/").at(-1) === name)) return digest.toLowerCase();
  }
  return undefined;
}

/**
 * Compares a file that has arrived with the list of checksums beside it, where there is one.
 *
 * @param listName the list that must be there and name the file; undefined takes `SHA256SUMS` if it is there and names it.
 * @throws AppError ARTIFACT_DIGEST_MISMATCH when the list says something else, NOT_FOUND when a list that must be there is
 *   not, or does not name the file.
 */
export async function requireListed(file: PlainFile, sha256: string, listName: string | undefined, signal: AbortSignal): Promise<void> {
  const list = await file.beside(listName ?? CHECKSUMS_NAME, MAX_CHECKSUMS_BYTES, signal);
  const listed = list === undefined ? undefined : readChecksum(Buffer.from(list).toString("utf8"), file.name);
  if (listed === sha256) return;
  if (listed !== undefined)
    throw new AppError(
      "ARTIFACT_DIGEST_MISMATCH",
      `${file.name} does not have the checksum that ${listName ?? CHECKSUMS_NAME} has for it; it was thrown away and not installed.`,
    );
  if (listName !== undefined)
    throw new AppError(
      "NOT_FOUND",
      `${list === undefined ? `There is no ${listName} beside ${file.name}` : `${listName} does not name ${file.name}`}; it was not installed.`,
    );
}
