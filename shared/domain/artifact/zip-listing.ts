import { MOST_ENTRIES, MOST_PATH, type ArchiveEntry, type ArchiveListing } from "./archive-listing.ts";
import { byteReader, type ByteReader } from "./byte-reader.ts";
import type { RangeSource } from "./range-source.ts";

const END_OF_DIRECTORY = [0x50, 0x4b, 0x05, 0x06] as const;
const DIRECTORY_ENTRY = [0x50, 0x4b, 0x01, 0x02] as const;
/** The end record has 22 bytes and a comment of at most 64 KiB. */
const TAIL_BYTES = 22 + 65_535;
const MAX_DIRECTORY_BYTES = 4 * 1024 * 1024;
const FOUR_GIB = 0xffff_ffff;
const MADE_ON_UNIX = 3;
const TYPE_LINK = 0o120000;
const decoder = new TextDecoder();

/**
 * Lists a zip archive from its central directory (APPNOTE 4.3.12). Undefined when it has none, or is a zip64 archive of
 * more than 4 GiB, which we do not read.
 */
export async function readZipListing(source: RangeSource): Promise<ArchiveListing | undefined> {
  const tailAt = Math.max(0, source.sizeBytes - TAIL_BYTES);
  const tail = byteReader(await source.read(tailAt, TAIL_BYTES), true);
  const end = lastIndexOf(tail, END_OF_DIRECTORY);
  if (end === undefined) return undefined;
  const [count, sizeBytes, offset] = [tail.u16(end + 10) ?? 0, tail.u32(end + 12) ?? 0, tail.u32(end + 16) ?? FOUR_GIB];
  if (offset === FOUR_GIB) return undefined;
  const bytes = await source.read(offset, Math.min(sizeBytes, MAX_DIRECTORY_BYTES));
  const entries = readDirectory(bytes, Math.min(count, MOST_ENTRIES));
  return { entries, isWhole: entries.length === count };
}

function readDirectory(bytes: Uint8Array, count: number): readonly ArchiveEntry[] {
  const reader = byteReader(bytes, true);
  const entries: ArchiveEntry[] = [];
  for (let at = 0; entries.length < count && reader.startsWith(DIRECTORY_ENTRY, at);) {
    const [nameBytes, extraBytes, commentBytes] = [reader.u16(at + 28) ?? 0, reader.u16(at + 30) ?? 0, reader.u16(at + 32) ?? 0];
    const path = decoder.decode(bytes.subarray(at + 46, at + 46 + nameBytes)).slice(0, MOST_PATH);
    entries.push(toEntry(path, reader.u32(at + 24) ?? 0, unixMode(reader, at)));
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

function toEntry(path: string, sizeBytes: number, mode: number | undefined): ArchiveEntry {
  const kind = path.endsWith("/") ? "folder" : mode !== undefined && (mode & 0o170000) === TYPE_LINK ? "link" : "file";
  return { path, kind, sizeBytes: kind === "file" ? sizeBytes : 0, ...(mode === undefined ? {} : { mode: mode & 0o7777 }) };
}

/** The upper half of the external attributes, when the archive was made on Unix (APPNOTE 4.4.2, 4.4.15). */
function unixMode(reader: ByteReader, at: number): number | undefined {
  return reader.u8(at + 5) === MADE_ON_UNIX ? reader.u16(at + 40) : undefined;
}

function lastIndexOf(reader: ByteReader, mark: readonly number[]): number | undefined {
  for (let at = reader.length - mark.length; at >= 0; at -= 1) if (reader.startsWith(mark, at)) return at;
  return undefined;
}
