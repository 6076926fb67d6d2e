import { byteReader, type ByteReader } from "./byte-reader.ts";
import { MOST_LIBRARIES, type ProgramFacts } from "./program-facts.ts";
import type { RangeSource } from "./range-source.ts";

const MZ = [0x4d, 0x5a] as const;
const PE = [0x50, 0x45, 0, 0] as const;
const PE32_PLUS = 0x20b;
const MAX_SECTIONS = 96;
const IMPORT_DESCRIPTOR_BYTES = 20;
const HEAD_BYTES = 8192;

type Section = { readonly address: number; readonly sizeBytes: number; readonly offset: number };

/** Reads the DLLs that a Windows program imports (PE/COFF specification, sections 3.4 and 6.4). Undefined when it is not PE. */
export async function readPeFacts(source: RangeSource): Promise<ProgramFacts | undefined> {
  const head = byteReader(await source.read(0, HEAD_BYTES), true);
  const pe = head.startsWith(MZ) ? head.u32(0x3c) : undefined;
  if (pe === undefined || !head.startsWith(PE, pe)) return undefined;
  const optional = pe + 24;
  const directories = optional + (head.u16(optional) === PE32_PLUS ? 112 : 96);
  const sections = readSections(head, optional + (head.u16(pe + 20) ?? 0), Math.min(head.u16(pe + 6) ?? 0, MAX_SECTIONS));
  const table = fileOffset(sections, head.u32(directories + 8));
  if (table === undefined || (head.u32(directories - 4) ?? 0) < 2) return { interpreter: undefined, libraries: [] };
  const imports = byteReader(await source.read(table, MOST_LIBRARIES * IMPORT_DESCRIPTOR_BYTES), true);
  const libraries: string[] = [];
  for (let at = 12; at < imports.length; at += IMPORT_DESCRIPTOR_BYTES) {
    const nameAt = fileOffset(sections, imports.u32(at));
    if (nameAt === undefined) break;
    const name = byteReader(await source.read(nameAt, 256), true).text(0, 256);
    if (name === undefined || name === "") break;
    libraries.push(name);
  }
  return { interpreter: undefined, libraries };
}

function readSections(reader: ByteReader, at: number, count: number): readonly Section[] {
  return Array.from({ length: count }, (_, index) => at + index * 40).flatMap((one) => {
    const [sizeBytes, address, offset] = [reader.u32(one + 16), reader.u32(one + 12), reader.u32(one + 20)];
    return sizeBytes === undefined || address === undefined || offset === undefined ? [] : [{ sizeBytes, address, offset }];
  });
}

/** Where a relative virtual address lies in the file; 0 and addresses outside every section lie nowhere. */
function fileOffset(sections: readonly Section[], address: number | undefined): number | undefined {
  if (address === undefined || address === 0) return undefined;
  const home = sections.find((one) => address >= one.address && address < one.address + one.sizeBytes);
  return home === undefined ? undefined : home.offset + (address - home.address);
}
