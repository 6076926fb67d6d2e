import { archiveFormatOf, unpackedBytes } from "../archive/open-archive.ts";
import { archiveRefusal } from "../archive/archive-refusal.ts";
import { zipMembers } from "../archive/zip-members.ts";
import { makeDelta } from "./make-delta.ts";

/** Two packed files, and what each may unpack to at most, in bytes. Both are held in memory. */
export type PackedPair = { readonly oldPath: string; readonly newPath: string; readonly mostBytes: number };

/** What a delta between the unpacked bytes would have, and what the new file unpacks to. In bytes. */
export type UnpackedSizes = { readonly deltaBytes: number; readonly unpackedBytes: number };

/**
 * Measures what a delta of the unpacked files would have: by the quick codec, over what comes out of each file as a whole.
 * The thorough codec, and deltas file by file, are smaller still: it promises nothing that is not kept.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED for what is no gzip, Zstandard or zip, is damaged, or unpacks to more.
 */
export async function estimateUnpacked({ oldPath, newPath, mostBytes }: PackedPair): Promise<UnpackedSizes> {
  const old = await unpackWhole(oldPath, mostBytes);
  const fresh = await unpackWhole(newPath, mostBytes);
  const pieces = await makeDelta(old, fresh, "dictionary");
  return { deltaBytes: pieces.reduce((sum, piece) => sum + piece.length, 0), unpackedBytes: fresh.length };
}

async function unpackWhole(path: string, mostBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of contentsOf(path, await archiveFormatOf(path))) {
    size += piece.length;
    if (size > mostBytes) throw archiveRefusal(`it unpacks to more than ${mostBytes} bytes, which is too much to measure`);
    pieces.push(piece);
  }
  if (size === 0) throw archiveRefusal("nothing is in it");
  return Buffer.concat(pieces, size);
}

async function* contentsOf(path: string, format: Awaited<ReturnType<typeof archiveFormatOf>>): AsyncGenerator<Uint8Array, void, undefined> {
  if (format === "gzip" || format === "zstd") return yield* unpackedBytes(path, format);
  if (format !== "zip") throw archiveRefusal("it is no gzip, Zstandard or zip");
  for await (const member of zipMembers(path)) if (member.kind === "file") yield* member.body();
}
