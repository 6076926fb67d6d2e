import { readFile } from "node:fs/promises";
import { archiveRefusal } from "../archive/archive-refusal.ts";
import { damagedPacking } from "./damaged-packing.ts";
import { PieceCollector } from "./piece-collector.ts";

/**
 * What a bzip2 file unpacks to, all of its streams one after another. The decoder works in one go, some 15 MB a second:
 * this belongs on a thread that has nothing else to do. Packed and unpacked bytes are held in memory.
 *
 * @param mostBytes decoding stops when more comes out.
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED for a damaged or cut file, and for more bytes.
 */
export async function bzip2Contents(path: string, mostBytes: number): Promise<readonly Uint8Array[]> {
  const { default: bzip2 } = await import("seek-bzip");
  const packed = await readFile(path);
  const collector = new PieceCollector(mostBytes);
  let position = 0;
  const readByte = (): number => {
    const byte = packed[position];
    if (byte === undefined) throw archiveRefusal("what it is packed with is cut off");
    position += 1;
    return byte;
  };
  const read = (into: Uint8Array, offset: number, length: number): number => {
    for (let index = 0; index < length; index += 1) into[offset + index] = readByte();
    return length;
  };
  try {
    // At least once, so that an empty file is refused, too.
    do bzip2.decode({ readByte, read }, collector);
    while (position < packed.length);
  } catch (thrown) {
    throw damagedPacking(thrown);
  }
  return collector.finish();
}
