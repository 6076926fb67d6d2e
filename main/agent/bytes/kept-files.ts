import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "#shared/lib/scalars.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import type { NamedFile } from "./choose-way-to-bytes.ts";

/** Digests that slots on this disk are named by. Whether their bytes are still those is {@link findKeptFile}'s to say. */
export async function keptDigests(slots: string): Promise<Set<string>> {
  const names = await readdir(slots).catch(() => []);
  return new Set(names.filter((name) => sha256Hex.safeParse(name).success));
}

/** The path of a kept file whose bytes were read and are the named ones; undefined when there is none any more. */
export async function findKeptFile(slots: string, { sha256, sizeBytes }: NamedFile): Promise<string | undefined> {
  const folder = join(slots, sha256);
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const known = await lstat(path).catch(() => undefined);
    if (known?.isFile() !== true || known.size !== sizeBytes) continue;
    const digest = await sha256OfFile(path).catch(() => undefined);
    if (digest === sha256) return path;
  }
  return undefined;
}
