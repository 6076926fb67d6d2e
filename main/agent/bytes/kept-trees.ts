import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { MOST_LISTING_BYTES, treeDigest } from "#main/node/archive/tree-listing.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { sha256Hex } from "#shared/lib/scalars.ts";

const UNPACKED = ".unpacked";

/** A kept tree and the canonical text of what was unpacked there. */
export type KeptTree = { readonly root: string; readonly listing: string };

/** The paths of an unpacked slot (see unpacked-slot.ts), by the digest of its archive. */
export function keptTreeAt(slots: string, sha256: string): KeptTree {
  return { root: join(slots, `${sha256}${UNPACKED}`), listing: join(slots, `${sha256}.tree`) };
}

/** Digests of archives whose unpacked files lie on this disk. Whether they are whole is told when they are read. */
export async function keptTreeDigests(slots: string): Promise<Set<string>> {
  const names = await readdir(slots).catch(() => []);
  const digests = names.filter((name) => name.endsWith(UNPACKED)).map((name) => name.slice(0, -UNPACKED.length));
  return new Set(digests.filter((digest) => sha256Hex.safeParse(digest).success));
}

/** Whether a kept tree says to be the one with this digest. Its files are read when something is made from them. */
export async function isKeptTree(slots: string, sha256: string, tree: string): Promise<boolean> {
  const { root, listing } = keptTreeAt(slots, sha256);
  try {
    if (!(await stat(root)).isDirectory()) return false;
    return treeDigest((await readBoundedFile(listing, MOST_LISTING_BYTES)).toString("utf8")) === tree;
  } catch {
    return false;
  }
}
