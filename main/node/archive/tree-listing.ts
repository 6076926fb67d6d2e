import { hash } from "node:crypto";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { sha256Hex } from "#shared/lib/scalars.ts";

/** One thing of an unpacked tree. `mode` is the permission bits as on disk; links have none of their own. */
export const treeEntry = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("folder"), path: z.string(), mode: z.int() }),
  z.object({ kind: z.literal("file"), path: z.string(), mode: z.int(), sizeBytes: z.int(), sha256: sha256Hex }),
  z.object({ kind: z.literal("symlink"), path: z.string(), target: z.string() }),
]);
export type TreeEntry = z.infer<typeof treeEntry>;

/** A canonical text of a hundred thousand entries with long names. */
export const MOST_LISTING_BYTES = 64 * 1024 * 1024;

const FIRST_LINE = "rollcall-tree-v1";

function toLine(entry: TreeEntry): string {
  switch (entry.kind) {
    case "folder":
      return JSON.stringify(["folder", entry.path, entry.mode.toString(8)]);
    case "file":
      return JSON.stringify(["file", entry.path, entry.mode.toString(8), entry.sizeBytes, entry.sha256]);
    case "symlink":
      return JSON.stringify(["symlink", entry.path, entry.target]);
  }
}

const line = z.union([
  z.tuple([z.literal("folder"), z.string(), z.string()]),
  z.tuple([z.literal("file"), z.string(), z.string(), z.int().min(0), sha256Hex]),
  z.tuple([z.literal("symlink"), z.string(), z.string()]),
]);

function fromLine(text: string): TreeEntry {
  const document: unknown = JSON.parse(text);
  const read = line.parse(document);
  switch (read[0]) {
    case "folder":
      return { kind: "folder", path: read[1], mode: Number.parseInt(read[2], 8) };
    case "file":
      return { kind: "file", path: read[1], mode: Number.parseInt(read[2], 8), sizeBytes: read[3], sha256: read[4] };
    case "symlink":
      return { kind: "symlink", path: read[1], target: read[2] };
  }
}

/**
 * The canonical text of a tree: a first line that names the form, then a JSON array per entry, sorted by the bytes of the
 * path, each line ended by a line feed. Two trees have the same text when they have the same paths, kinds, permissions,
 * contents and link targets; owners and times are left out.
 */
export function writeTreeListing(entries: readonly TreeEntry[]): string {
  const sorted = entries.toSorted((left, right) => Buffer.compare(Buffer.from(left.path), Buffer.from(right.path)));
  return `${[FIRST_LINE, ...sorted.map(toLine)].join("\n")}\n`;
}

/** The tree digest: SHA-256 of the canonical text. */
export function treeDigest(listing: string): string {
  return hash("sha256", listing);
}

/**
 * Reads a canonical text back.
 *
 * @throws AppError ENV_DATA_CORRUPT when it is none.
 */
export function readTreeListing(text: string): readonly TreeEntry[] {
  try {
    const [first, ...lines] = text.split("\n");
    if (first !== FIRST_LINE || lines.pop() !== "") throw new TypeError("not a tree listing");
    return lines.map(fromLine);
  } catch (cause) {
    throw new AppError("ENV_DATA_CORRUPT", "The listing of an unpacked release is damaged; nothing was started from it.", { cause });
  }
}
