import { byteReader } from "./byte-reader.ts";
import type { Architecture, HeaderFacts } from "./header-facts.ts";

const MZ = [0x4d, 0x5a] as const;
const PE = [0x50, 0x45, 0, 0] as const;
const CHARACTERISTIC_DLL = 0x2000;
const MACHINES: ReadonlyMap<number, Architecture> = new Map([
  [0x8664, "amd64"],
  [0xaa64, "arm64"],
  // ARM64EC and ARM64X: code that runs on ARM64 machines alone, whatever it can also call.
  [0xa641, "arm64"],
  [0xa64e, "arm64"],
  [0x014c, "386"],
  [0x01c0, "arm"],
  [0x01c4, "arm"],
]);

/** Reads a Windows program's header (PE/COFF specification, section 3). Undefined when there is no PE signature within the bytes. */
export function readPeHeader(head: Uint8Array): HeaderFacts | undefined {
  const reader = byteReader(head, true);
  const peOffset = reader.startsWith(MZ) ? reader.u32(0x3c) : undefined;
  if (peOffset === undefined || !reader.startsWith(PE, peOffset)) return undefined;
  const machine = reader.u16(peOffset + 4);
  const architecture = MACHINES.get(machine ?? 0);
  const isLibrary = ((reader.u16(peOffset + 22) ?? 0) & CHARACTERISTIC_DLL) !== 0;
  const advice = [
    ...(isLibrary ? ["This is a library (DLL), not a program."] : []),
    ...(architecture === undefined ? ["The file is made for a Windows machine that Rollcall does not know."] : []),
  ];
  const kind = `Windows ${isLibrary ? "library" : "program"} (PE)`;
  return { format: "pe", kind, platforms: architecture === undefined ? [] : [`windows/${architecture}`], advice };
}
