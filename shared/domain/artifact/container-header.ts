import type { ArtifactFormat } from "./artifact.ts";
import { byteReader, type ByteReader } from "./byte-reader.ts";
import type { HeaderFacts } from "./header-facts.ts";
import type { Packing } from "./packing.ts";

/** A kind of file that holds others. `what` is named to people; `advice` says what to drop instead. */
type Container = {
  /** Its bytes are compressed, so that two of them differ everywhere however little changed. */
  readonly isPacked?: true;
  /** How, where that can be undone here. */
  readonly packing?: Packing;
  readonly magic: readonly number[];
  readonly offset?: number;
  readonly format?: ArtifactFormat;
  readonly what: string;
  readonly advice: string;
};

const ascii = (text: string): readonly number[] => Array.from(text, (letter) => letter.charCodeAt(0));

const UNPACK = "Hosts run the file itself, so drop the unpacked program.";
const REPACK = "Hosts run the file itself, so drop the unpacked program, or a tar.zst, which hosts unpack when the run spec says so.";
const UNPACKED_THERE = "Hosts unpack it when the run spec says so; otherwise drop the unpacked program.";
const TAR_INSIDE = "Hosts unpack a tar archive in it when the run spec says so; otherwise drop the unpacked program.";
const PACKAGE = "Hosts run a program, not a package that has to be installed: drop the program inside.";
const IMAGE = "Hosts run a program, not a disk image: drop the program inside.";

/** By the magic numbers that the formats' own specifications give. Longer ones stand before those that begin them. */
const CONTAINERS: readonly Container[] = [
  { magic: ascii("!<arch>\ndebian-binary"), what: "Debian package", advice: PACKAGE, isPacked: true },
  { magic: ascii("!<arch>\n"), what: "static library (ar archive)", advice: "This is no program; drop the linked program." },
  { magic: [0xed, 0xab, 0xee, 0xdb], what: "RPM package", advice: PACKAGE, isPacked: true },
  { magic: [0x1f, 0x8b], format: "gzip", what: "gzip archive", advice: TAR_INSIDE, isPacked: true, packing: "gzip" },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], format: "zstd", what: "Zstandard archive", advice: TAR_INSIDE, isPacked: true, packing: "zstd" },
  { magic: [0x50, 0x4b, 0x03, 0x04], format: "zip", what: "zip archive", advice: UNPACKED_THERE, isPacked: true, packing: "zip" },
  { magic: [0x50, 0x4b, 0x05, 0x06], format: "zip", what: "empty zip archive", advice: UNPACK },
  { magic: ascii("ustar"), offset: 257, format: "tar", what: "tar archive", advice: UNPACKED_THERE },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], what: "xz archive", advice: REPACK, isPacked: true, packing: "xz" },
  { magic: [0x42, 0x5a, 0x68], what: "bzip2 archive", advice: REPACK, isPacked: true, packing: "bzip2" },
  { magic: [0x04, 0x22, 0x4d, 0x18], what: "LZ4 archive", advice: UNPACK, isPacked: true },
  { magic: ascii("LZIP"), what: "lzip archive", advice: UNPACK, isPacked: true },
  { magic: [0x1f, 0x9d], what: "compress (.Z) archive", advice: UNPACK, isPacked: true },
  { magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], what: "7-Zip archive", advice: UNPACK, isPacked: true },
  { magic: ascii("Rar!\x1a\x07"), what: "RAR archive", advice: UNPACK, isPacked: true },
  { magic: ascii("MSCF"), what: "Windows cabinet", advice: UNPACK, isPacked: true },
  { magic: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], what: "Windows installer or Office file", advice: PACKAGE, isPacked: true },
  { magic: ascii("xar!"), what: "macOS package", advice: PACKAGE, isPacked: true },
  { magic: ascii("hsqs"), what: "SquashFS image", advice: IMAGE, isPacked: true },
  { magic: ascii("CD001"), offset: 32_769, what: "ISO disk image", advice: IMAGE },
  { magic: [0x00, 0x61, 0x73, 0x6d], what: "WebAssembly module", advice: "Hosts cannot run it by itself: name a runtime as the command." },
];

/**
 * Recognises archives, packages and images by their magic, names them, and says that hosts run a program. Undefined
 * when it is none of them.
 */
export function readContainerHeader(head: Uint8Array): HeaderFacts | undefined {
  const reader = byteReader(head, true);
  const found = CONTAINERS.find((one) => reader.startsWith(one.magic, one.offset ?? 0));
  if (found === undefined) return undefined;
  if (found.format === "zip" && isJavaArchive(reader))
    return {
      format: "zip",
      kind: "Java archive",
      isPacked: true,
      packing: "zip",
      platforms: ["any"],
      advice: ["This Java archive needs a Java runtime, named as the command."],
    };
  const article = /^(?:[aeio]|RPM|RAR|xz|LZ4)/i.test(found.what) ? "an" : "a";
  return {
    format: found.format ?? "unknown",
    kind: found.what,
    ...(found.isPacked === true && { isPacked: true }),
    ...(found.packing !== undefined && { packing: found.packing }),
    platforms: [],
    advice: [`This is ${article} ${found.what}. ${found.advice}`],
  };
}

/** The jar tool puts `META-INF/` first; the name stands behind the 30 bytes of the local header (APPNOTE 4.3.7). */
const isJavaArchive = (reader: ByteReader): boolean => reader.text(30, 9) === "META-INF/";
