import { MAX_DELTA_SIDE_BYTES } from "../delta-header.ts";
import type { TreeFile } from "./held-files.ts";
import { similarPaths } from "./similar-paths.ts";

/**
 * Finds for a file whose bytes are nowhere what a delta to it starts from: the file at its path, else the one with the most
 * similar path; undefined when there is none, or when either is empty or too large.
 */
export function chooseBases(old: readonly TreeFile[]): (file: TreeFile) => TreeFile | undefined {
  const byPath = new Map(old.map((file) => [file.path, file]));
  const findSimilar = similarPaths(old);
  return (file) => {
    const from = byPath.get(file.path) ?? findSimilar(file.path);
    return from !== undefined && isWorthATry(from) && isWorthATry(file) ? from : undefined;
  };
}

function isWorthATry({ sizeBytes }: TreeFile): boolean {
  return sizeBytes > 0 && sizeBytes <= MAX_DELTA_SIDE_BYTES;
}
