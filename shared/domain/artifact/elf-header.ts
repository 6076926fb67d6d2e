import { byteReader, type ByteReader } from "./byte-reader.ts";
import type { Architecture, HeaderFacts } from "./header-facts.ts";

const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46] as const;
const OS_ABI_FREEBSD = 9;
const TYPE_RELOCATABLE = 1;
const TYPE_CORE = 4;
const PT_INTERP = 3;
/** A real program has about a dozen; a header that names more is not worth walking. */
const MAX_PROGRAM_HEADERS = 128;

/** e_machine of the gABI, with the class (32 or 64) and byte order that make it one of our architectures. */
const MACHINES: readonly {
  readonly machine: number;
  readonly bits?: 32 | 64;
  readonly little: boolean;
  readonly architecture: Architecture;
}[] = [
  { machine: 62, bits: 64, little: true, architecture: "amd64" },
  { machine: 183, bits: 64, little: true, architecture: "arm64" },
  { machine: 40, bits: 32, little: true, architecture: "arm" },
  { machine: 3, bits: 32, little: true, architecture: "386" },
  { machine: 243, bits: 64, little: true, architecture: "riscv64" },
  { machine: 21, bits: 64, little: true, architecture: "ppc64le" },
  { machine: 22, bits: 64, little: false, architecture: "s390x" },
];

/**
 * Reads an ELF header (System V gABI, chapter 4): what machine and system the file is made for, and which libc its
 * program interpreter belongs to when that stands within the bytes. Undefined when it is not ELF.
 */
export function readElfHeader(head: Uint8Array): HeaderFacts | undefined {
  if (!byteReader(head, true).startsWith(ELF_MAGIC)) return undefined;
  const bits = head[4] === 2 ? 64 : 32;
  const little = head[5] !== 2;
  const reader = byteReader(head, little);
  const type = reader.u16(16);
  const machine = reader.u16(18);
  const architecture = MACHINES.find((one) => one.machine === machine && one.bits === bits && one.little === little)?.architecture;
  const interpreter = findInterpreter(reader, bits);
  const system = head[7] === OS_ABI_FREEBSD || interpreter?.includes("ld-elf.so") ? "freebsd" : "linux";
  const libc = system === "linux" ? libcOf(interpreter) : undefined;
  const advice = [
    ...(type === TYPE_RELOCATABLE ? ["This is an object file, not a program; drop the linked program."] : []),
    ...(type === TYPE_CORE ? ["This is a core dump, not a program."] : []),
    ...(architecture === undefined
      ? [`The file is made for a machine that Rollcall does not know (ELF machine ${machine ?? "missing"}, ${bits} bits).`]
      : []),
  ];
  return {
    format: "elf",
    platforms: architecture === undefined ? [] : [`${system}/${architecture}${libc === undefined ? "" : `+${libc}`}`],
    advice,
  };
}

function findInterpreter(reader: ByteReader, bits: 32 | 64): string | undefined {
  const tableOffset = bits === 64 ? reader.u64(32) : reader.u32(28);
  const entrySize = reader.u16(bits === 64 ? 54 : 42);
  const count = reader.u16(bits === 64 ? 56 : 44);
  if (tableOffset === undefined || entrySize === undefined || count === undefined) return undefined;
  for (let index = 0; index < Math.min(count, MAX_PROGRAM_HEADERS); index += 1) {
    const entry = tableOffset + index * entrySize;
    if (reader.u32(entry) !== PT_INTERP) continue;
    const offset = bits === 64 ? reader.u64(entry + 8) : reader.u32(entry + 4);
    return offset === undefined ? undefined : reader.text(offset, 256);
  }
  return undefined;
}

/** `/lib/ld-musl-x86_64.so.1` is musl; `/lib64/ld-linux-x86-64.so.2`, `/lib/ld64.so.1` (s390x) and their like are glibc. */
function libcOf(interpreter: string | undefined): "gnu" | "musl" | undefined {
  if (interpreter === undefined) return undefined;
  if (interpreter.includes("ld-musl")) return "musl";
  return /\/ld(?:-linux|64)?[^/]*\.so/.test(interpreter) ? "gnu" : undefined;
}
