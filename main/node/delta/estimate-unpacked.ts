import { archiveRefusal } from "../archive/archive-refusal.ts";
import { packedContents, type PackedFile } from "../packing/packed-contents.ts";
import { makeDelta } from "./make-delta.ts";

/** Hears what is under way: the part of the whole, from 0 to 1, roughly. */
export type OnMeasuring = (stage: "unpacking" | "compressing", share: number) => void;

/** What a delta between the unpacked bytes would have, and what the new file unpacks to. In bytes. */
export type UnpackedSizes = { readonly deltaBytes: number; readonly unpackedBytes: number };

/**
 * Measures what a delta of the unpacked files would have: by the quick codec, over what comes out of each file as a whole.
 * The thorough codec, and deltas file by file, are smaller still: it promises nothing that is not kept. Both are held in memory.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED for what cannot be unpacked, is damaged, or unpacks to more than it may.
 */
export async function estimateUnpacked(old: PackedFile, fresh: PackedFile, onProgress: OnMeasuring): Promise<UnpackedSizes> {
  onProgress("unpacking", 0);
  const oldBytes = await unpackWhole(old);
  onProgress("unpacking", 0.3);
  const freshBytes = await unpackWhole(fresh);
  onProgress("compressing", 0.6);
  const pieces = await makeDelta(oldBytes, freshBytes, "dictionary");
  return { deltaBytes: pieces.reduce((sum, piece) => sum + piece.length, 0), unpackedBytes: freshBytes.length };
}

async function unpackWhole(file: PackedFile): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of packedContents(file)) {
    size += piece.length;
    if (size > file.mostBytes) throw archiveRefusal(`it unpacks to more than ${file.mostBytes} bytes, which is too much to measure`);
    pieces.push(piece);
  }
  if (size === 0) throw archiveRefusal("nothing is in it");
  return Buffer.concat(pieces, size);
}
