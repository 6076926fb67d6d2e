import { byteReader, type ByteReader } from "./byte-reader.ts";
import type { Architecture, HeaderFacts } from "./header-facts.ts";

const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46] as const;
const OS_ABI_FREEBSD = 9;
const TYPE_RELOCATABLE = 1;
const TYPE_CORE = 4;
const TYPE_SHARED = 3;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
/** AppImage: `AI` and the type behind the ABI byte, where the gABI asks for padding. */
const APP_IMAGE = [0x41, 0x49] as const;
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
  const program = readProgramHeaders(reader, bits);
  const { interpreter } = program;
  const system = head[7] === OS_ABI_FREEBSD || interpreter?.includes("ld-elf.so") ? "freebsd" : "linux";
  const libc = system === "linux" ? libcOf(interpreter) : undefined;
  const isAppImage = reader.startsWith(APP_IMAGE, 8);
  const isLibrary = type === TYPE_SHARED && program.interpreter === undefined && (bits === 64 ? reader.u64(24) : reader.u32(24)) === 0;
  const advice = [
    ...(isAppImage
      ? ["This is an AppImage: it mounts itself with FUSE, which hosts often lack. Drop the program inside (--appimage-extract)."]
      : []),
    ...(isLibrary ? ["This is a shared library, not a program."] : []),
    ...(interpreter?.startsWith("/system/") === true ? ["The file is made for Android, whose libraries other hosts do not have."] : []),
    ...(type === TYPE_RELOCATABLE ? ["This is an object file, not a program; drop the linked program."] : []),
    ...(type === TYPE_CORE ? ["This is a core dump, not a program."] : []),
    ...(architecture === undefined
      ? [`The file is made for a machine that Rollcall does not know (ELF machine ${machine ?? "missing"}, ${bits} bits).`]
      : []),
  ];
  return {
    format: "elf",
    kind: kindOf({ system, isAppImage, isLibrary, ...program }, libc),
    platforms: architecture === undefined ? [] : [`${system}/${architecture}${libc === undefined ? "" : `+${libc}`}`],
    advice,
  };
}

/** What the program headers say; undefined where they lie behind the head. */
type ProgramHeaders = { readonly interpreter: string | undefined; readonly isStatic: boolean };

function readProgramHeaders(reader: ByteReader, bits: 32 | 64): ProgramHeaders {
  const tableOffset = bits === 64 ? reader.u64(32) : reader.u32(28);
  const entrySize = reader.u16(bits === 64 ? 54 : 42);
  const count = reader.u16(bits === 64 ? 56 : 44);
  if (tableOffset === undefined || entrySize === undefined || count === undefined) return { interpreter: undefined, isStatic: false };
  const entries = Array.from({ length: Math.min(count, MAX_PROGRAM_HEADERS) }, (_, index) => tableOffset + index * entrySize);
  const types = entries.map((entry) => reader.u32(entry));
  const entry = entries[types.indexOf(PT_INTERP)];
  const offset = entry === undefined ? undefined : bits === 64 ? reader.u64(entry + 8) : reader.u32(entry + 4);
  return {
    interpreter: offset === undefined ? undefined : reader.text(offset, 256),
    // Why not without program headers: an object file has none and is no static program.
    isStatic: count > 0 && !types.includes(PT_INTERP) && !types.includes(undefined) && !types.includes(PT_DYNAMIC),
  };
}

const SYSTEM_WORDS = { linux: "Linux", freebsd: "FreeBSD" } as const;

type ElfLook = ProgramHeaders & { readonly system: "linux" | "freebsd"; readonly isAppImage: boolean; readonly isLibrary: boolean };

function kindOf({ system, isAppImage, isLibrary, isStatic }: ElfLook, libc: "gnu" | "musl" | undefined): string {
  if (isAppImage) return "AppImage (ELF)";
  const what = `${SYSTEM_WORDS[system]} ${isLibrary ? "library" : "program"} (ELF)`;
  if (isStatic) return `${what}, static`;
  return libc === undefined ? what : `${what}, ${libc === "gnu" ? "glibc" : "musl"}`;
}

/** `/lib/ld-musl-x86_64.so.1` is musl; `/lib64/ld-linux-x86-64.so.2`, `/lib/ld64.so.1` (s390x) and their like are glibc. */
function libcOf(interpreter: string | undefined): "gnu" | "musl" | undefined {
  if (interpreter === undefined) return undefined;
  if (interpreter.includes("ld-musl")) return "musl";
  return /\/ld(?:-linux|64)?[^/]*\.so/.test(interpreter) ? "gnu" : undefined;
}
