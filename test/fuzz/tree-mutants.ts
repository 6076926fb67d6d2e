import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { treeDigest } from "#main/node/archive/tree-listing.ts";
import { TREE_HEADER_BYTES } from "#main/node/delta/tree/tree-header.ts";
import { below, damageBytes, oneOf, type Random } from "./delta-mutants.ts";

/** Paths and targets that lead elsewhere, or that writers get wrong. */
const PATHS = [
  "",
  ".",
  "..",
  "../out",
  "/tmp/out",
  "a/../../out",
  "bin",
  "bin/web/x",
  "c:\\out",
  "a\0b",
  "\u{FFFD}",
  "x".repeat(2000),
] as const;
const NUMBERS = [0, 1, -1, 2 ** 31, 2 ** 53, 1.5, 1e300] as const;
const WORDS = ["matches", "dictionary", "whole", "folder", "file", "symlink", "fifo", "444", "4755", "rollcall-tree-v1"] as const;

/** One value of a line in place of another. */
function changeLine(line: string, random: Random): string {
  try {
    const parsed: unknown = JSON.parse(line);
    if (!Array.isArray(parsed) || parsed.length === 0) return `${line} `;
    const values: unknown[] = parsed;
    values[below(random, values.length)] = oneOf<unknown>(random, [...PATHS, ...NUMBERS, ...WORDS]);
    return JSON.stringify(values);
  } catch {
    return oneOf(random, WORDS) ?? line;
  }
}

function changeLines(lines: readonly string[], random: Random): readonly string[] {
  const [at, other] = [below(random, lines.length), below(random, lines.length)];
  const changed = [...lines];
  switch (below(random, 5)) {
    case 0:
      return changed.toSpliced(at, 1);
    case 1:
      return changed.toSpliced(at, 0, changed[other] ?? "");
    case 2:
      [changed[at], changed[other]] = [changed[other] ?? "", changed[at] ?? ""];
      return changed;
    default:
      return changed.with(at, changeLine(changed[at] ?? "", random));
  }
}

/** Another index in a frame that is sound, under a header that fits it: what somebody could sign. */
function changeIndex(delta: Buffer, dictionary: Buffer, random: Random): Buffer {
  const end = TREE_HEADER_BYTES + delta.readUInt32LE(8);
  const lines = zstdDecompressSync(delta.subarray(TREE_HEADER_BYTES, end), { dictionary }).toString("utf8").split("\n");
  let changed: readonly string[] = lines;
  for (let left = 1 + below(random, 2); left > 0; left -= 1) changed = changeLines(changed, random);
  const text = changed.join("\n");
  const index = Buffer.from(text);
  const packed = zstdCompressSync(index, { dictionary });
  const header = Buffer.from(delta.subarray(0, TREE_HEADER_BYTES));
  header.writeUInt32LE(packed.length, 8);
  header.writeUInt32LE(index.length, 12);
  header.write(treeDigest(text.slice(0, text.indexOf("\n\n") + 1)), 48, "hex");
  return Buffer.concat([header, packed, delta.subarray(end)]);
}

/** One damaged form of a delta between trees, chosen by the numbers of `random`. It may happen to be the delta itself. */
export function mutateTreeDelta(delta: Buffer, oldListing: Buffer, random: Random): Buffer {
  return random() < 0.4 ? damageBytes(delta, random) : changeIndex(delta, oldListing, random);
}
