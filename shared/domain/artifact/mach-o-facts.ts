import { byteReader, type ByteReader } from "./byte-reader.ts";
import type { Platform } from "./platform.ts";
import { MOST_LIBRARIES, type ProgramFacts } from "./program-facts.ts";
import type { RangeSource } from "./range-source.ts";

const MAGIC_32 = 0xfeedface;
const MAGIC_64 = 0xfeedfacf;
const FAT_MAGIC = 0xcafebabe;
const MAX_FAT_MEMBERS = 20;
const MAX_COMMANDS = 512;
const MAX_COMMAND_BYTES = 512 * 1024;
/** LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_REEXPORT_DYLIB, LC_LAZY_LOAD_DYLIB, LC_LOAD_UPWARD_DYLIB. */
const DYLIB_COMMANDS = new Set([0xc, 0x8000_0018, 0x8000_001f, 0x20, 0x8000_0023]);
const LC_LOAD_DYLINKER = 0xe;
const CPU_BY_PLATFORM: Readonly<Record<string, number>> = {
  "darwin/amd64": 0x0100_0007,
  "darwin/arm64": 0x0100_000c,
  "darwin/386": 7,
  "darwin/arm": 12,
};

/** Reads the dylibs and the linker that a Mach-O file loads (mach-o/loader.h). Undefined when it is not Mach-O. */
export async function readMachOFacts(source: RangeSource, platform: Platform): Promise<ProgramFacts | undefined> {
  const start = await sliceOffset(source, platform);
  const head = await source.read(start, 32);
  const little = [true, false].find((order) => [MAGIC_32, MAGIC_64].includes(byteReader(head, order).u32(0) ?? 0));
  if (little === undefined) return undefined;
  const reader = byteReader(head, little);
  const headBytes = reader.u32(0) === MAGIC_64 ? 32 : 28;
  const sizeOfCommands = Math.min(reader.u32(20) ?? 0, MAX_COMMAND_BYTES);
  const commands = byteReader(await source.read(start + headBytes, sizeOfCommands), little);
  return readCommands(commands, Math.min(reader.u32(16) ?? 0, MAX_COMMANDS));
}

/** Where the part for this platform begins: 0 in a thin file, else what the universal header says. */
async function sliceOffset(source: RangeSource, platform: Platform): Promise<number> {
  const reader = byteReader(await source.read(0, 8 + MAX_FAT_MEMBERS * 20), false);
  const count = reader.u32(4) ?? 0;
  if (reader.u32(0) !== FAT_MAGIC || count > MAX_FAT_MEMBERS) return 0;
  const members = Array.from({ length: count }, (_, index) => ({ cpu: reader.u32(8 + index * 20), offset: reader.u32(16 + index * 20) }));
  return (members.find((one) => one.cpu === CPU_BY_PLATFORM[platform]) ?? members[0])?.offset ?? 0;
}

function readCommands(reader: ByteReader, count: number): ProgramFacts {
  const libraries: string[] = [];
  let interpreter: string | undefined;
  for (let index = 0, at = 0; index < count; index += 1) {
    const command = reader.u32(at);
    const sizeBytes = reader.u32(at + 4);
    const nameOffset = reader.u32(at + 8);
    if (command === undefined || sizeBytes === undefined || sizeBytes < 8) break;
    const name =
      nameOffset !== undefined && nameOffset < sizeBytes ? reader.text(at + nameOffset, Math.min(256, sizeBytes - nameOffset)) : undefined;
    if (name !== undefined && DYLIB_COMMANDS.has(command)) libraries.push(name);
    if (command === LC_LOAD_DYLINKER) interpreter = name;
    at += sizeBytes;
  }
  return { interpreter, libraries: libraries.slice(0, MOST_LIBRARIES) };
}
