import type { FileHandle } from "node:fs/promises";
import { invalidDelta } from "../delta-header.ts";
import { decodeTreeDelta, indexBytesOf, TREE_HEADER_BYTES, type TreeDelta } from "./tree-delta.ts";

/** A delta between trees with the place of its first part. */
export type OpenTreeDelta = TreeDelta & { readonly partsAt: number };

/**
 * Reads all but the parts of a delta between trees.
 *
 * @throws AppError DELTA_INVALID when it is damaged, or of another format.
 */
export async function readTreeDelta(file: FileHandle): Promise<OpenTreeDelta> {
  const { size } = await file.stat();
  const header = await readExactly(file, 0, TREE_HEADER_BYTES);
  const indexBytes = indexBytesOf(header);
  const partsAt = TREE_HEADER_BYTES + indexBytes;
  if (partsAt > size) throw invalidDelta("its index ends behind it");
  const delta = await decodeTreeDelta(header, await readExactly(file, TREE_HEADER_BYTES, indexBytes), size - partsAt);
  return { ...delta, partsAt };
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  if (bytesRead !== length) throw invalidDelta("it is not of this format");
  return bytes;
}
