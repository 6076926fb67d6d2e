import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { z } from "zod";
import { readTreeListing, treeDigest, type TreeEntry } from "../../archive/tree-listing.ts";
import { invalidDelta, MAX_DELTA_SIDE_BYTES } from "../delta-header.ts";

/** `RCDTREE1`: the version is part of the magic, as it is of the delta between two files. */
const MAGIC = Buffer.from("RCDTREE1", "latin1");

/** Bytes before the index. */
export const TREE_HEADER_BYTES = 80;

/** An index of a hundred thousand long names, unpacked. */
const MAX_INDEX_BYTES = 64 * 2 ** 20;

/** Frames are packed with a window of this at most, so that unpacking needs no more memory. */
const WINDOW_LOG = 22;

const path = z.string().min(1).max(1024);
const partBytes = z.int().min(1).max(MAX_DELTA_SIDE_BYTES);
const source = z.union([
  z.tuple([z.literal("kept"), path]),
  z.tuple([z.literal("again"), path]),
  z.tuple([z.literal("delta"), path, partBytes]),
  z.tuple([z.literal("whole"), partBytes]),
]);

/**
 * Where the bytes of a file come from: a file of the old tree, a file of the new tree that was made before it, a delta
 * from a file of the old tree, or a packed part of their own. Numbers are bytes of parts.
 */
export type TreeSource = z.infer<typeof source>;

/** A file of the new tree. */
export type TreeFile = Extract<TreeEntry, { readonly kind: "file" }>;

/** Everything but the parts. `sources` has one entry for each file of `entries`, in their order. */
export type TreeDelta = {
  readonly oldTree: string;
  readonly newTree: string;
  readonly entries: readonly TreeEntry[];
  readonly sources: readonly TreeSource[];
};

/** Packs bytes as an index or as a file of its own. */
export function packPart(bytes: Uint8Array): Promise<Buffer> {
  const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: WINDOW_LOG };
  return promisify(zstdCompress)(bytes, { params, pledgedSrcSize: bytes.length });
}

/** What unpacking a part takes. */
export const UNPACK_PART = { params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG } } as const;

/** Bytes of the part that a source has in the file; 0 when it has none. */
export function partBytesOf(one: TreeSource): number {
  if (one[0] === "delta") return one[2];
  return one[0] === "whole" ? one[1] : 0;
}

/**
 * Writes everything before the parts.
 *
 * @param listing the canonical text of the new tree.
 */
export async function encodeTreeDelta(oldTree: string, listing: string, sources: readonly TreeSource[]): Promise<Buffer> {
  const index = Buffer.from(`${listing}\n${sources.map((one) => `${JSON.stringify(one)}\n`).join("")}`);
  const packed = await packPart(index);
  const header = Buffer.alloc(TREE_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(packed.length, 8);
  header.writeUInt32LE(index.length, 12);
  header.write(oldTree, 16, "hex");
  header.write(treeDigest(listing), 48, "hex");
  return Buffer.concat([header, packed]);
}

/** Whether a file begins as a delta between trees does. */
export function isTreeDelta(first: Uint8Array): boolean {
  return MAGIC.equals(first.subarray(0, MAGIC.length));
}

/**
 * Bytes of the packed index, as the header says.
 *
 * @throws AppError DELTA_INVALID when it is no header of this format.
 */
export function indexBytesOf(header: Buffer): number {
  if (header.length < TREE_HEADER_BYTES || !isTreeDelta(header)) throw invalidDelta("it is not of this format");
  const bytes = header.readUInt32LE(8);
  if (bytes > MAX_INDEX_BYTES) throw invalidDelta("its index is too large");
  return bytes;
}

/**
 * Reads everything before the parts.
 *
 * @param packed the index as it lies in the file.
 * @param restBytes bytes of the file behind it.
 * @throws AppError DELTA_INVALID when it is damaged, or does not fit the file.
 */
export async function decodeTreeDelta(header: Buffer, packed: Buffer, restBytes: number): Promise<TreeDelta> {
  const unpackedBytes = header.readUInt32LE(12);
  if (unpackedBytes > MAX_INDEX_BYTES) throw invalidDelta("its index is too large");
  const index = await unpack(packed, unpackedBytes);
  const { listing, sources } = splitIndex(index.toString("utf8"));
  const newTree = header.toString("hex", 48, 80);
  if (treeDigest(listing) !== newTree) throw invalidDelta("its list of files is not the one that it names");
  const entries = readListing(listing);
  if (entries.filter((entry) => entry.kind === "file").length !== sources.length) throw invalidDelta("not every file has a source");
  if (sources.reduce((sum, one) => sum + partBytesOf(one), 0) !== restBytes) throw invalidDelta("its parts are not as long as it says");
  return { oldTree: header.toString("hex", 16, 48), newTree, entries, sources };
}

async function unpack(packed: Buffer, maxOutputLength: number): Promise<Buffer> {
  try {
    return await promisify(zstdDecompress)(packed, { ...UNPACK_PART, maxOutputLength: Math.max(1, maxOutputLength) });
  } catch (cause) {
    throw invalidDelta("its index is damaged", cause);
  }
}

/** Paths of a listing stand inside JSON, so that no line of it is empty: the first empty one ends it. */
function splitIndex(text: string): { readonly listing: string; readonly sources: readonly TreeSource[] } {
  const end = text.indexOf("\n\n") + 1;
  if (end === 0) throw invalidDelta("its index has no end");
  try {
    const lines = text.slice(end + 1).split("\n");
    if (lines.pop() !== "") throw new TypeError("the last line is cut");
    const sources = lines.map((line) => {
      const document: unknown = JSON.parse(line);
      return source.parse(document);
    });
    return { listing: text.slice(0, end), sources };
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
