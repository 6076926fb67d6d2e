import type { ArtifactFormat } from "./artifact.ts";
import { byteReader } from "./byte-reader.ts";
import type { HeaderFacts } from "./header-facts.ts";

const TAR_MAGIC_OFFSET = 257;
const ARCHIVES: readonly {
  readonly format: ArtifactFormat;
  readonly magic: readonly number[];
  readonly offset: number;
  readonly word: string;
}[] = [
  { format: "gzip", magic: [0x1f, 0x8b], offset: 0, word: "gzip" },
  { format: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd], offset: 0, word: "Zstandard" },
  { format: "zip", magic: [0x50, 0x4b, 0x03, 0x04], offset: 0, word: "zip" },
  { format: "zip", magic: [0x50, 0x4b, 0x05, 0x06], offset: 0, word: "zip" },
  { format: "tar", magic: [0x75, 0x73, 0x74, 0x61, 0x72], offset: TAR_MAGIC_OFFSET, word: "tar" },
  { format: "unknown", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], offset: 0, word: "xz" },
  { format: "unknown", magic: [0x42, 0x5a, 0x68], offset: 0, word: "bzip2" },
];

/** Recognises a script by its `#!` line. It runs wherever its interpreter is, which the publisher is told. */
export function readScriptHeader(head: Uint8Array): HeaderFacts | undefined {
  const reader = byteReader(head, true);
  if (!reader.startsWith([0x23, 0x21])) return undefined;
  const line =
    reader
      .text(2, 200)
      ?.split(/[\r\n]/)[0]
      ?.trim() ?? "";
  const [first = "", second] = line.split(/\s+/);
  const interpreter = (first.endsWith("/env") && second !== undefined ? second : first).replaceAll(/[^\x21-\x7e]/g, "");
  return { format: "script", platforms: ["any"], advice: interpreter === "" ? [] : [`This script needs ${interpreter} on every host.`] };
}

/** Recognises an archive by its magic, and says that hosts run a program, not an archive. */
export function readArchiveHeader(head: Uint8Array): HeaderFacts | undefined {
  const reader = byteReader(head, true);
  const archive = ARCHIVES.find((one) => reader.startsWith(one.magic, one.offset));
  return (
    archive && {
      format: archive.format,
      platforms: [],
      advice: [`This is a ${archive.word} archive. Hosts run the file itself, so drop the unpacked program.`],
    }
  );
}
