import { open, type FileHandle } from "node:fs/promises";
import { treeDigest } from "../../archive/tree-listing.ts";
import { invalidDelta } from "../delta-header.ts";
import { decodeTreeDelta, type TreeDelta } from "./tree-delta.ts";
import { decodeTreeHeader, TREE_HEADER_BYTES, type TreeHeader } from "./tree-header.ts";

/** A delta between trees with the place of its first part. */
export type OpenTreeDelta = TreeDelta & { readonly partsAt: number };

/**
 * Reads what stands before the index, which can be understood without the old tree.
 *
 * @throws AppError DELTA_INVALID when it is of another format.
 */
export async function readTreeHeader(path: string): Promise<TreeHeader> {
  return withFile(path, async (file) => decodeTreeHeader(await readExactly(file, 0, TREE_HEADER_BYTES)));
}

/**
 * Reads all but the parts of a delta between trees.
 *
 * @param oldListing the canonical text of the old tree.
 * @throws AppError DELTA_INVALID when it is damaged, of another format, or starts from another tree.
 */
export async function readTreeDelta(path: string, oldListing: string): Promise<OpenTreeDelta> {
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    const header = decodeTreeHeader(await readExactly(file, 0, TREE_HEADER_BYTES));
    if (treeDigest(oldListing) !== header.oldTree) throw invalidDelta("it starts from another tree");
    const partsAt = TREE_HEADER_BYTES + header.indexBytes;
    if (partsAt > size) throw invalidDelta("its index ends behind it");
    const packed = await readExactly(file, TREE_HEADER_BYTES, header.indexBytes);
    return { ...(await decodeTreeDelta(header, { packed, restBytes: size - partsAt }, oldListing)), partsAt };
  });
}

async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  if (bytesRead !== length) throw invalidDelta("it is not of this format");
  return bytes;
}
