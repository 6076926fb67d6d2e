import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { syncFolder, writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";

const MARK = "# Written by `rollcall-agent install`, which replaces it as long as nobody has changed it. sha256=";

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Marks a text as ours, in a comment with the digest of the rest. A first `#!` line stays the first. */
export function markOwned(text: string): string {
  const shebang = /^#!.*\n/.exec(text)?.[0] ?? "";
  return `${shebang}${MARK}${digestOf(text)}\n${text.slice(shebang.length)}`;
}

/** Whether a text is one that {@link markOwned} made and nobody has changed since. */
export function isOwned(text: string): boolean {
  const marked = text.split("\n").find((line) => line.startsWith(MARK));
  return marked !== undefined && marked.slice(MARK.length) === digestOf(text.replace(`${marked}\n`, ""));
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((thrown: unknown) => {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  });
}

/**
 * Refuses a path at which something stands that is not ours. Asked of every path before the first of them is written.
 *
 * @throws AppError CONFLICT_EXISTS.
 */
export async function refuseForeignFile(path: string): Promise<void> {
  const text = await readText(path);
  if (text === undefined || isOwned(text)) return;
  throw new AppError(
    "CONFLICT_EXISTS",
    `${path} was not written by \`rollcall-agent install\`, or was changed since; nothing was done. Move it away, or put changes into a drop-in (\`systemctl edit\`).`,
    { details: { path } },
  );
}

/**
 * Writes a file of ours, whole and durably; whether anything had to change.
 *
 * @throws AppError ENV_DISK_FULL; the file system's own error when the path cannot be written.
 */
export async function writeOwnedFile(path: string, text: string, mode: number): Promise<boolean> {
  const marked = markOwned(text);
  if ((await readText(path)) === marked) return false;
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, marked, mode);
  return true;
}

/** Removes a file of ours; whether it was there. */
export async function removeOwnedFile(path: string): Promise<boolean> {
  if ((await readText(path)) === undefined) return false;
  await rm(path);
  await syncFolder(dirname(path));
  return true;
}
