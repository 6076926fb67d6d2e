import { byteReader, type ByteReader } from "./byte-reader.ts";
import { MOST_LIBRARIES, type ProgramFacts } from "./program-facts.ts";
import type { RangeSource } from "./range-source.ts";

const MAGIC = [0x7f, 0x45, 0x4c, 0x46] as const;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const MAX_PROGRAM_HEADERS = 128;
const MAX_DYNAMIC_BYTES = 64 * 1024;
const MAX_STRINGS_BYTES = 1024 * 1024;

type Segment = { readonly type: number; readonly offset: number; readonly address: number; readonly sizeBytes: number };

/** Reads PT_INTERP and every DT_NEEDED of an ELF file (System V gABI, chapters 4 and 5). Undefined when it is not ELF. */
export async function readElfFacts(source: RangeSource): Promise<ProgramFacts | undefined> {
  const head = await source.read(0, 64);
  if (!byteReader(head, true).startsWith(MAGIC)) return undefined;
  const is64 = head[4] === 2;
  const little = head[5] !== 2;
  const segments = await readSegments(source, byteReader(head, little), { is64, little });
  const interp = segments.find((one) => one.type === PT_INTERP);
  const dynamic = segments.find((one) => one.type === PT_DYNAMIC);
  const interpreter = interp && byteReader(await source.read(interp.offset, Math.min(interp.sizeBytes, 256)), little).text(0, 256);
  return { interpreter, libraries: dynamic === undefined ? [] : await readNeeded(source, segments, dynamic, { is64, little }) };
}

type Layout = { readonly is64: boolean; readonly little: boolean };

async function readSegments(source: RangeSource, head: ByteReader, { is64, little }: Layout): Promise<readonly Segment[]> {
  const table = is64 ? head.u64(32) : head.u32(28);
  const entrySize = head.u16(is64 ? 54 : 42);
  const count = Math.min(head.u16(is64 ? 56 : 44) ?? 0, MAX_PROGRAM_HEADERS);
  if (table === undefined || entrySize === undefined || entrySize > 256) return [];
  const reader = byteReader(await source.read(table, count * entrySize), little);
  return Array.from({ length: count }, (_, index) => index * entrySize).flatMap((at) => {
    const [type, offset, address, sizeBytes] = is64
      ? [reader.u32(at), reader.u64(at + 8), reader.u64(at + 16), reader.u64(at + 32)]
      : [reader.u32(at), reader.u32(at + 4), reader.u32(at + 8), reader.u32(at + 16)];
    const isWhole = type !== undefined && offset !== undefined && address !== undefined && sizeBytes !== undefined;
    return isWhole ? [{ type, offset, address, sizeBytes }] : [];
  });
}

async function readNeeded(source: RangeSource, segments: readonly Segment[], dynamic: Segment, layout: Layout): Promise<readonly string[]> {
  const reader = byteReader(await source.read(dynamic.offset, Math.min(dynamic.sizeBytes, MAX_DYNAMIC_BYTES)), layout.little);
  const step = layout.is64 ? 16 : 8;
  const entries = Array.from({ length: Math.floor(reader.length / step) }, (_, index) =>
    layout.is64 ? [reader.u64(index * step), reader.u64(index * step + 8)] : [reader.u32(index * step), reader.u32(index * step + 4)],
  );
  const end = entries.findIndex(([tag]) => tag === 0);
  const live = end === -1 ? entries : entries.slice(0, end);
  const valueOf = (tag: number): number | undefined => live.find((entry) => entry[0] === tag)?.[1];
  const strings = fileOffset(segments, valueOf(DT_STRTAB));
  if (strings === undefined) return [];
  const table = byteReader(await source.read(strings, Math.min(valueOf(DT_STRSZ) ?? 0, MAX_STRINGS_BYTES)), layout.little);
  const names = live.flatMap(([tag, value]) => (tag === DT_NEEDED && value !== undefined ? [table.text(value, 256) ?? ""] : []));
  return names.filter((name) => name !== "").slice(0, MOST_LIBRARIES);
}

/** Where an address of the running program lies in the file: in the PT_LOAD segment that covers it. */
function fileOffset(segments: readonly Segment[], address: number | undefined): number | undefined {
  if (address === undefined) return undefined;
  const home = segments.find((one) => one.type === PT_LOAD && address >= one.address && address < one.address + one.sizeBytes);
  return home === undefined ? undefined : home.offset + (address - home.address);
}
