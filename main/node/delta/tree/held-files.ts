import type { TreeEntry } from "../../archive/tree-listing.ts";

/** A file of a listing. */
export type TreeFile = Extract<TreeEntry, { readonly kind: "file" }>;

/** Bytes that are there: in the old tree (`kept`), or in the new one once a file before it in the listing is made (`again`). */
export type HeldSource = { readonly kind: "kept" | "again"; readonly path: string };

/** The files of a listing, in its order. */
export function filesOf(entries: readonly TreeEntry[]): readonly TreeFile[] {
  return entries.filter((entry) => entry.kind === "file");
}

/**
 * Says for each file of the new tree whether its bytes are there already, under whatever path: the first in the old tree's
 * order, else the first in its own. Whoever makes a delta and whoever applies it find the same, so that none of it is sent.
 */
export function findHeld(old: readonly TreeFile[], fresh: readonly TreeFile[]): readonly (HeldSource | undefined)[] {
  const kept = firstByDigest(old);
  const own = firstByDigest(fresh);
  return fresh.map(({ sha256, path }) => {
    const inOld = kept.get(sha256);
    if (inOld !== undefined) return { kind: "kept", path: inOld };
    const before = own.get(sha256);
    return before === undefined || before === path ? undefined : { kind: "again", path: before };
  });
}

/** The path of the first file with each digest. */
function firstByDigest(files: readonly TreeFile[]): ReadonlyMap<string, string> {
  return new Map(files.toReversed().map(({ sha256, path }) => [sha256, path]));
}
