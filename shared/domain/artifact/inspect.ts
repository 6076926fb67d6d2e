import type { Inspection } from "./artifact.ts";
import { readElfHeader } from "./elf-header.ts";
import type { HeaderFacts } from "./header-facts.ts";
import { readMachOHeader } from "./mach-o-header.ts";
import { readNameFacts } from "./name-facts.ts";
import { readPeHeader } from "./pe-header.ts";
import { readContainerHeader } from "./container-header.ts";
import { packedBy } from "./packer.ts";
import { readScriptHeader } from "./script-header.ts";

/** How many first bytes of a file say all that {@link inspectArtifact} can find. */
export const INSPECTED_BYTES = 64 * 1024;

const READERS = [readElfHeader, readMachOHeader, readPeHeader, readScriptHeader, readContainerHeader] as const;
const UNKNOWN: HeaderFacts = {
  format: "unknown",
  platforms: [],
  advice: ["The first bytes are of no kind that Rollcall knows; choose the platform by hand."],
};

/**
 * Finds out what a dropped file is. The format and the platform come from the file's own header; version, name and,
 * where the header is silent, the platform are guessed from its name. Never throws, whatever the bytes are.
 */
export function inspectArtifact(fileName: string, head: Uint8Array): Inspection {
  const header = readHeader(head);
  const named = readNameFacts(fileName);
  const [headerPlatform] = header.platforms;
  const packer = packedBy(head);
  const isPacked = packer !== undefined || header.isPacked === true;
  const packing = packer === "UPX" ? "upx" : header.packing;
  const platform =
    headerPlatform !== undefined
      ? ({ value: headerPlatform, from: "file header" } as const)
      : named.platform !== undefined
        ? ({ value: named.platform, from: "file name" } as const)
        : undefined;
  return {
    format: header.format,
    ...(header.kind !== undefined && { kind: packer === undefined ? header.kind : `${header.kind}, packed with ${packer}` }),
    ...(isPacked && { isPacked }),
    ...(packing !== undefined && { packing }),
    ...(platform && { platform }),
    ...(header.platforms.length > 1 && { platforms: { value: [...header.platforms], from: "file header" } }),
    ...(named.version !== undefined && { version: { value: named.version, from: "file name" } }),
    ...(named.name !== undefined && { name: { value: named.name, from: "file name" } }),
    advice: [...header.advice, ...packedAdvice(packer), ...(isPacked ? [DELTA_ADVICE] : []), ...disagreement(header, named.platform)],
  };
}

/** What packing costs every host with every update; the part is what bsdiff's method gives for programs that were linked anew. */
const DELTA_ADVICE =
  "Packed bytes differ everywhere, so every update sends the whole file to every host. Of an unpacked program, updates send typically 2 to 5 %.";

/** A packed program unpacks itself into memory on every start, where nobody can share it, and scanners distrust it. */
const packedAdvice = (packer: string | undefined): readonly string[] =>
  packer === undefined
    ? []
    : [`This program is packed with ${packer}: it starts slower, and a packed file hides its libraries. Drop the unpacked one.`];

function readHeader(head: Uint8Array): HeaderFacts {
  for (const read of READERS) {
    const facts = read(head);
    if (facts !== undefined) return facts;
  }
  return UNKNOWN;
}

/** A file that is named for one platform and made for another was most likely built or renamed by mistake. */
function disagreement(header: HeaderFacts, named: string | undefined): readonly string[] {
  const [made] = header.platforms;
  const bare = (text: string): string => text.split("+")[0] ?? text;
  if (named === undefined || made === undefined || made === "any" || header.platforms.some((one) => bare(one) === bare(named))) return [];
  return [`The name says ${named}, but the file is made for ${made}. Check that it is the right one.`];
}
