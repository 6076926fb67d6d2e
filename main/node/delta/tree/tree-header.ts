import { invalidDelta } from "../delta-header.ts";

/** `RCDTREE1`: the version is part of the magic, as it is of the delta between two files. */
const MAGIC = Buffer.from("RCDTREE1", "latin1");

/** Bytes before the index. */
export const TREE_HEADER_BYTES = 80;

/** An index of a hundred thousand long names, unpacked. */
export const MAX_INDEX_BYTES = 64 * 2 ** 20;

/** What stands before the index: the digests of both trees, and how long the index is. */
export type TreeHeader = {
  readonly oldTree: string;
  readonly newTree: string;
  /** Bytes of the index in the file, and once it is unpacked. */
  readonly indexBytes: number;
  readonly unpackedBytes: number;
};

/** Writes a header. */
export function encodeTreeHeader({ oldTree, newTree, indexBytes, unpackedBytes }: TreeHeader): Buffer {
  const header = Buffer.alloc(TREE_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(indexBytes, 8);
  header.writeUInt32LE(unpackedBytes, 12);
  header.write(oldTree, 16, "hex");
  header.write(newTree, 48, "hex");
  return header;
}

/** Whether a file begins as a delta between trees does. */
export function isTreeDelta(first: Uint8Array): boolean {
  return MAGIC.equals(first.subarray(0, MAGIC.length));
}

/**
 * Reads a header.
 *
 * @throws AppError DELTA_INVALID when it is none of this format.
 */
export function decodeTreeHeader(bytes: Buffer): TreeHeader {
  if (bytes.length < TREE_HEADER_BYTES || !isTreeDelta(bytes)) throw invalidDelta("it is not of this format");
  const [indexBytes, unpackedBytes] = [bytes.readUInt32LE(8), bytes.readUInt32LE(12)];
  if (indexBytes > MAX_INDEX_BYTES || unpackedBytes > MAX_INDEX_BYTES) throw invalidDelta("its index is too large");
  return { oldTree: bytes.toString("hex", 16, 48), newTree: bytes.toString("hex", 48, TREE_HEADER_BYTES), indexBytes, unpackedBytes };
}
