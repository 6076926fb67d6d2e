import { MOST_ENTRIES, MOST_PATH, type ArchiveEntry, type ArchiveListing, type ForwardReader } from "./archive-listing.ts";

const BLOCK = 512;
/** A path or an attribute list longer than this is passed over. */
const MAX_EXTENSION_BYTES = 64 * 1024;
const decoder = new TextDecoder();

type TarHeader = { readonly path: string; readonly mode: number; readonly sizeBytes: number; readonly type: string };

/** What an extension header says about the entry behind it. */
type Extension = { readonly path?: string; readonly sizeBytes?: number };

/**
 * Lists a tar archive: ustar, with the long names of GNU and pax (POSIX.1-2001, pax "Extended header"). Undefined when it
 * does not begin like one. Contents are skipped, never read.
 */
export async function readTarListing(reader: ForwardReader): Promise<ArchiveListing | undefined> {
  const entries: ArchiveEntry[] = [];
  let extension: Extension = {};
  for (let blocks = 0; entries.length < MOST_ENTRIES; blocks += 1) {
    const block = await reader.read(BLOCK);
    if (block.length < BLOCK) return blocks === 0 ? undefined : { entries, isWhole: false };
    if (block[0] === 0) return blocks === 0 ? undefined : { entries, isWhole: true };
    const header = readHeader(block);
    if (header === undefined) return blocks === 0 ? undefined : { entries, isWhole: false };
    const padded = Math.ceil(header.sizeBytes / BLOCK) * BLOCK;
    if (isExtension(header.type) && header.sizeBytes <= MAX_EXTENSION_BYTES) {
      extension = { ...extension, ...readExtension(header, await reader.read(padded)) };
      continue;
    }
    const sizeBytes = extension.sizeBytes ?? header.sizeBytes;
    const kind = kindOf(header.type);
    if (kind !== undefined)
      entries.push({ path: clean(extension.path ?? header.path), kind, sizeBytes: kind === "file" ? sizeBytes : 0, mode: header.mode });
    extension = {};
    await reader.skip(Math.ceil(sizeBytes / BLOCK) * BLOCK);
  }
  return { entries, isWhole: false };
}

/** `L` is GNU's long name, `x` a pax header for one entry. A global one (`g`) names nothing that we compare. */
const isExtension = (type: string): boolean => type === "L" || type === "x";

function kindOf(type: string): ArchiveEntry["kind"] | undefined {
  if (type === "0" || type === "\0" || type === "7") return "file";
  if (type === "5") return "folder";
  return type === "1" || type === "2" ? "link" : undefined;
}

function readHeader(block: Uint8Array): TarHeader | undefined {
  const text = (at: number, length: number): string => untilNul(block.subarray(at, at + length));
  const isUstar = text(257, 5) === "ustar";
  const sizeBytes = octal(text(124, 12));
  if (checksum(block) !== octal(text(148, 8)) || sizeBytes === undefined) return undefined;
  const prefix = isUstar ? text(345, 155) : "";
  const name = text(0, 100);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    mode: (octal(text(100, 8)) ?? 0) & 0o7777,
    sizeBytes,
    type: String.fromCharCode(block[156] ?? 0),
  };
}

/** The sum over the header, with its own field taken as spaces. */
function checksum(block: Uint8Array): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

function octal(text: string): number | undefined {
  const trimmed = text.trim();
  return /^[0-7]{1,12}$/.test(trimmed) ? Number.parseInt(trimmed, 8) : undefined;
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end));
}

function readExtension(header: TarHeader, bytes: Uint8Array): Extension {
  const body = bytes.subarray(0, header.sizeBytes);
  if (header.type === "L") return { path: untilNul(body) };
  const records = new Map(
    decoder
      .decode(body)
      .split("\n")
      .map((line) => /^\d+ ([^=]+)=(.*)$/.exec(line))
      .flatMap((match): [string, string][] => (match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]]])),
  );
  const path = records.get("path");
  const size = Number(records.get("size"));
  return { ...(path === undefined ? {} : { path }), ...(Number.isSafeInteger(size) && size >= 0 ? { sizeBytes: size } : {}) };
}

/** `./bin/web` and `bin/web` are the same entry to people. */
const clean = (path: string): string => path.replace(/^(?:\.\/)+(?=.)/, "").slice(0, MOST_PATH);
