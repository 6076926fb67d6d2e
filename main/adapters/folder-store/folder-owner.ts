import { hash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { sha256Hex } from "#shared/lib/scalars.ts";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { nodeFs } from "#main/node/node-fs.ts";
import { MANIFEST_NAME, MARKER_NAME } from "./folder-layout.ts";

const marker = z.object({ kind: z.literal("rollcall.unfinished"), manifestSha256: sha256Hex });

/** What lies in a version's folder: nothing, this very release (finished or not), or something that is not to be touched. */
export type FolderOwner = "nobody" | "unfinished" | "finished" | "somebody";

/** Names of files that were being written when the process ended. */
const TEMPORARY = /^\..+\.(?:[0-9a-f]{12}\.tmp|part)$/;

/** Whose a version's folder is. A release owns its folder by a marker while it is written, and by its manifest afterwards. */
export async function findOwner(folder: string, manifestSha256: string): Promise<FolderOwner> {
  const names = await namesIn(folder);
  if (names === undefined || names.every((name) => TEMPORARY.test(name))) return "nobody";
  const marked = await readOptional(join(folder, MARKER_NAME));
  if (marked !== undefined) return readMarker(marked) === manifestSha256 ? "unfinished" : "somebody";
  const manifest = await readOptional(join(folder, MANIFEST_NAME));
  return manifest !== undefined && hash("sha256", manifest) === manifestSha256 ? "finished" : "somebody";
}

/**
 * Makes the folder this release's, before anything else is written to it.
 *
 * @throws AppError STORE_CONFLICT when something else is in it.
 */
export async function claimFolder(folder: string, manifestSha256: string): Promise<void> {
  const owner = await findOwner(folder, manifestSha256);
  if (owner === "somebody") throw notOurs(folder);
  if (owner !== "nobody") return;
  await nodeFs.mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, MARKER_NAME), JSON.stringify({ kind: "rollcall.unfinished", manifestSha256 }));
}

/** @throws AppError STORE_CONFLICT unless the folder is this release's. */
export async function requireOwn(folder: string, manifestSha256: string): Promise<void> {
  const owner = await findOwner(folder, manifestSha256);
  if (owner !== "unfinished" && owner !== "finished") throw notOurs(folder);
}

/** Removes what killed writes left, and last the marker: from now on the manifest says whose the folder is. */
export async function releaseFolder(folder: string): Promise<void> {
  await removeTemporary(folder);
  await nodeFs.rm(join(folder, MARKER_NAME), { force: true });
}

/** Removes files that were being written when a process ended. */
export async function removeTemporary(folder: string): Promise<void> {
  for (const name of (await namesIn(folder)) ?? []) if (TEMPORARY.test(name)) await nodeFs.rm(join(folder, name), { force: true });
}

/** The names in a folder, or undefined when it is not there. */
export async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await nodeFs.readdir(folder);
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

/** A small file's bytes, or undefined when it is not there. */
export async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    return await nodeFs.readFile(path);
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

function readMarker(bytes: Buffer): string | undefined {
  try {
    return marker.parse(JSON.parse(bytes.toString("utf8"))).manifestSha256;
  } catch {
    return undefined;
  }
}

function notOurs(folder: string): AppError {
  return new AppError("STORE_CONFLICT", `${folder} holds something that this release did not write; it was left as it is.`);
}
