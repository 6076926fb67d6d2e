import type { TreeEntry } from "../../archive/tree-listing.ts";
import { MAX_DELTA_SIDE_BYTES } from "../delta-header.ts";
import { similarPaths } from "./similar-paths.ts";
import type { TreeFile } from "./tree-delta.ts";

/** How a file of the new tree is to be had. `made` ones are packed, or made as a delta from `from`, whichever is smaller. */
export type WantedSource =
  | { readonly kind: "kept"; readonly path: string }
  | { readonly kind: "again"; readonly path: string }
  | { readonly kind: "made"; readonly from?: TreeFile };

/** Smaller files gain nothing from a delta over being packed. */
const MIN_DELTA_BYTES = 512;

const isFile = (entry: TreeEntry): entry is TreeFile => entry.kind === "file";

/**
 * Says for each file of the new tree, in order, where its bytes come from. The same bytes under any path are never sent
 * again, which finds renames; a changed file starts from the one at its path, or from that with the most similar one.
 */
export function chooseSources(old: readonly TreeEntry[], fresh: readonly TreeEntry[]): readonly WantedSource[] {
  const byDigest = new Map(old.filter(isFile).map((file) => [file.sha256, file]));
  const byPath = new Map(old.filter(isFile).map((file) => [file.path, file]));
  const findSimilar = similarPaths(old.filter(isFile));
  const before = new Map<string, string>();
  return fresh.filter(isFile).map((file): WantedSource => {
    const kept = byDigest.get(file.sha256);
    if (kept !== undefined) return { kind: "kept", path: kept.path };
    const again = before.get(file.sha256);
    if (again !== undefined) return { kind: "again", path: again };
    before.set(file.sha256, file.path);
    const from = byPath.get(file.path) ?? findSimilar(file.path);
    return from !== undefined && isWorthATry(from) && isWorthATry(file) ? { kind: "made", from } : { kind: "made" };
  });
}

function isWorthATry({ sizeBytes }: TreeFile): boolean {
  return sizeBytes >= MIN_DELTA_BYTES && sizeBytes <= MAX_DELTA_SIDE_BYTES;
}
