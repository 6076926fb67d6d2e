import { byteReader } from "./byte-reader.ts";

const UPX = [0x55, 0x50, 0x58, 0x21] as const;
/** UPX writes its mark behind the headers, well within the first kilobyte, and names its PE sections after itself. */
const SEARCHED_BYTES = 1024;
const PROGRAM_MAGICS: readonly (readonly number[])[] = [
  [0x7f, 0x45, 0x4c, 0x46],
  [0x4d, 0x5a],
  [0xcf, 0xfa, 0xed, 0xfe],
];

/** Which packer a program was compressed with, as its marks say; undefined for a plain program or anything else. */
export function packedBy(head: Uint8Array): string | undefined {
  const reader = byteReader(head, true);
  if (!PROGRAM_MAGICS.some((magic) => reader.startsWith(magic))) return undefined;
  for (let offset = 0; offset < Math.min(SEARCHED_BYTES, head.length); offset += 1)
    if (head[offset] === UPX[0] && reader.startsWith(UPX, offset)) return "UPX";
  return undefined;
}
