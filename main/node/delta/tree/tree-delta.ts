import { z } from "zod";
import { readTreeListing, treeDigest, type TreeEntry } from "../../archive/tree-listing.ts";
import { invalidDelta, MAX_DELTA_SIDE_BYTES } from "../delta-header.ts";
import { filesOf, findHeld, type HeldSource } from "./held-files.ts";
import { packIndex, unpackIndex } from "./pack-index.ts";
import { encodeTreeHeader, type TreeHeader } from "./tree-header.ts";

/** Old and new files that `dictionary` may be taken for: applying it holds both in memory. */
export const MAX_DICTIONARY_SIDE_BYTES = 4 * 2 ** 20;

const path = z.string().min(1).max(1024);
const partBytes = z.int().min(1).max(MAX_DELTA_SIDE_BYTES);
const partSource = z.union([z.tuple([z.enum(["matches", "dictionary"]), path, partBytes]), z.tuple([z.literal("whole"), partBytes])]);

/**
 * Where the bytes of a file come from that are nowhere yet: a delta from a file of the old tree by a codec, or a packed part
 * of their own. Numbers are bytes of parts.
 */
export type PartSource = z.infer<typeof partSource>;

/** Where the bytes of any file come from. */
export type TreeSource = HeldSource | PartSource;

/** Everything but the parts. `sources` has one entry for each file of `entries`, in their order. */
export type TreeDelta = Pick<TreeHeader, "oldTree" | "newTree"> & {
  readonly entries: readonly TreeEntry[];
  readonly sources: readonly TreeSource[];
};

/** Bytes of the part that a source has in the file; 0 when it has none. */
export function partBytesOf(one: TreeSource): number {
  if ("kind" in one) return 0;
  return one[0] === "whole" ? one[1] : one[2];
}

/** How many files come which way. */
export type SourceCount = Readonly<Record<"kept" | "again" | "delta" | "whole", number>>;

/** Counts sources by what they are. */
export function countSources(sources: readonly TreeSource[]): SourceCount {
  const count = { kept: 0, again: 0, delta: 0, whole: 0 };
  for (const one of sources) {
    if ("kind" in one) count[one.kind] += 1;
    else count[one[0] === "whole" ? "whole" : "delta"] += 1;
  }
  return count;
}

/**
 * Writes everything before the parts.
 *
 * @param oldListing the canonical text of the old tree, and `listing` that of the new one.
 * @param parts where those files come from, in order, that {@link findHeld} finds nowhere.
 */
export async function encodeTreeDelta(oldListing: string, listing: string, parts: readonly PartSource[]): Promise<Buffer> {
  const index = Buffer.from(`${listing}\n${parts.map((one) => `${JSON.stringify(one)}\n`).join("")}`);
  const packed = await packIndex(index, Buffer.from(oldListing));
  const trees = { oldTree: treeDigest(oldListing), newTree: treeDigest(listing) };
  return Buffer.concat([encodeTreeHeader({ ...trees, indexBytes: packed.length, unpackedBytes: index.length }), packed]);
}

/**
 * Reads everything before the parts.
 *
 * @param packed the index as it lies in the file.
 * @param restBytes bytes of the file behind it.
 * @param oldListing the canonical text of the old tree, whose digest is the one that the header names.
 * @throws AppError DELTA_INVALID when it is damaged, or does not fit the file.
 */
export async function decodeTreeDelta(
  { oldTree, newTree, unpackedBytes }: TreeHeader,
  { packed, restBytes }: { readonly packed: Buffer; readonly restBytes: number },
  oldListing: string,
): Promise<TreeDelta> {
  const index = await unpackIndex(packed, Buffer.from(oldListing), unpackedBytes);
  const { listing, parts } = splitIndex(index.toString("utf8"));
  if (treeDigest(listing) !== newTree) throw invalidDelta("its list of files is not the one that it names");
  const entries = readListing(listing);
  const sources = joinSources(findHeld(filesOf(readListing(oldListing)), filesOf(entries)), parts);
  if (sources.reduce((sum, one) => sum + partBytesOf(one), 0) !== restBytes) throw invalidDelta("its parts are not as long as it says");
  return { oldTree, newTree, entries, sources };
}

/** Puts the parts, in their order, to the files that are held nowhere. */
function joinSources(held: readonly (HeldSource | undefined)[], parts: readonly PartSource[]): readonly TreeSource[] {
  const rest = parts.values();
  const sources = held.map((one) => one ?? rest.next().value ?? invalid("not every file has a source"));
  if (rest.next().done !== true) return invalid("it has sources for files that it does not list");
  return sources;
}

function invalid(reason: string): never {
  throw invalidDelta(reason);
}

/** Paths of a listing stand inside JSON, so that no line of it is empty: the first empty one ends it. */
function splitIndex(text: string): { readonly listing: string; readonly parts: readonly PartSource[] } {
  const end = text.indexOf("\n\n") + 1;
  if (end === 0) throw invalidDelta("its index has no end");
  try {
    const lines = text.slice(end + 1).split("\n");
    if (lines.pop() !== "") throw new TypeError("the last line is cut");
    const parts = lines.map((line) => {
      const document: unknown = JSON.parse(line);
      return partSource.parse(document);
    });
    return { listing: text.slice(0, end), parts };
  } catch (cause) {
    throw invalidDelta("its sources are not understood", cause);
  }
}

function readListing(listing: string): readonly TreeEntry[] {
  try {
    return readTreeListing(listing);
  } catch (cause) {
    throw invalidDelta("its list of files is not understood", cause);
  }
}
