import { byteReader } from "./byte-reader.ts";
import type { Architecture, HeaderFacts } from "./header-facts.ts";

const THIN_MAGICS = new Set([0xfeedface, 0xfeedfacf]);
const FAT_MAGIC = 0xcafebabe;
/** A Java class file has the same magic; its next word is a class version, which is 45 or more. */
const MAX_FAT_MEMBERS = 20;
const FAT_MEMBER_SIZE = 20;
const CPU_TYPES: ReadonlyMap<number, Architecture> = new Map([
  [0x0100_0007, "amd64"],
  [0x0100_000c, "arm64"],
  [7, "386"],
  [12, "arm"],
]);

/** Reads a thin or universal Mach-O header (mach-o/loader.h, mach-o/fat.h). Undefined when it is not Mach-O. */
export function readMachOHeader(head: Uint8Array): HeaderFacts | undefined {
  return readThin(head) ?? readUniversal(head);
}

function readThin(head: Uint8Array): HeaderFacts | undefined {
  const reader = [byteReader(head, true), byteReader(head, false)].find((one) => THIN_MAGICS.has(one.u32(0) ?? 0));
  if (reader === undefined) return undefined;
  const architecture = CPU_TYPES.get(reader.u32(4) ?? 0);
  return architecture === undefined
    ? {
        format: "mach-o",
        kind: "macOS program (Mach-O)",
        platforms: [],
        advice: ["The file is made for an Apple machine that Rollcall does not know."],
      }
    : { format: "mach-o", kind: "macOS program (Mach-O)", platforms: [`darwin/${architecture}`], advice: [] };
}

function readUniversal(head: Uint8Array): HeaderFacts | undefined {
  const reader = byteReader(head, false);
  const count = reader.u32(4) ?? 0;
  if (reader.u32(0) !== FAT_MAGIC || count < 1 || count > MAX_FAT_MEMBERS) return undefined;
  const architectures = Array.from({ length: count }, (_, index) => CPU_TYPES.get(reader.u32(8 + index * FAT_MEMBER_SIZE) ?? 0)).filter(
    (one) => one !== undefined,
  );
  const platforms = [...new Set(architectures)].toSorted((left, right) => rank(left) - rank(right)).map((one) => `darwin/${one}`);
  const advice = platforms.length > 1 ? [`This universal binary runs on ${platforms.join(" and ")}; the one file serves both.`] : [];
  return { format: "mach-o", kind: "macOS universal program (Mach-O)", platforms, advice };
}

/** Apple's present machines first. */
function rank(architecture: Architecture): number {
  return ["arm64", "amd64", "arm", "386"].indexOf(architecture);
}
