import { readFile } from "node:fs/promises";

const SENTINEL = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX";

/** The fuses in the order of the wire, version 1. */
export const FUSES = [
  "runAsNode",
  "enableCookieEncryption",
  "enableNodeOptionsEnvironmentVariable",
  "enableNodeCliInspectArguments",
  "enableEmbeddedAsarIntegrityValidation",
  "onlyLoadAppFromAsar",
  "loadBrowserProcessSpecificV8Snapshot",
  "grantFileProtocolExtraPrivileges",
] as const;

/** The bytes that Electron's program carries: the sentinel, a version, a length, and one character for each fuse. */
export function fuseWire(): Buffer {
  // As Electron ships: everything in its default, which is the opposite of what we want for most.
  return Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, FUSES.length]), Buffer.from("10110001")]);
}

/** Which fuses of a program are on. */
export async function readFuses(program: string): Promise<Readonly<Record<string, boolean>>> {
  const bytes = await readFile(program);
  const start = bytes.indexOf(SENTINEL) + SENTINEL.length + 2;
  return Object.fromEntries(FUSES.map((name, index) => [name, bytes[start + index] === "1".charCodeAt(0)]));
}
