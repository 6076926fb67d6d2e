import type { Header, Pax } from "tar";
import type { ArchiveMember, ArchiveMembers, MemberHead } from "./archive-member.ts";
import { archiveRefusal } from "./archive-refusal.ts";
import type { BytePuller } from "./byte-puller.ts";

const BLOCK = 512;
/** Long names and attribute lists of real archives have some hundred bytes. */
const MOST_META_BYTES = 64 * 1024;

type Meta = { readonly local: Pax | undefined; readonly global: Pax | undefined; readonly path?: string; readonly target?: string };
const NO_META: Meta = { local: undefined, global: undefined };

const KINDS: Readonly<Record<string, MemberHead["kind"]>> = {
  File: "file",
  OldFile: "file",
  ContiguousFile: "file",
  Directory: "folder",
  SymbolicLink: "symlink",
  Link: "hardlink",
};
const META_TYPES: readonly string[] = [
  "ExtendedHeader",
  "OldExtendedHeader",
  "GlobalExtendedHeader",
  "NextFileHasLongPath",
  "OldGnuLongPath",
  "NextFileHasLongLinkpath",
];

/**
 * The entries of a tar stream: ustar, pax and GNU. Headers are decoded by npm's `tar`; the order of blocks is kept here,
 * where a header that does not add up, an attribute list beyond its bound, or an end without the two empty blocks of POSIX
 * (a cut archive) refuses the whole.
 */
export async function* tarMembers(bytes: BytePuller): ArchiveMembers {
  // Loaded with the first archive: most agents never unpack one.
  const { Header: HeaderOf, Pax: PaxOf } = await import("tar");
  let meta = NO_META;
  for (let isFirst = true; ; isFirst = false) {
    const block = await bytes.read(BLOCK);
    if (block.length < BLOCK) throw archiveRefusal(isFirst ? "it holds nothing" : "it is cut off");
    const header = decode(block, meta, HeaderOf);
    if (header.nullBlock) return requireSecondNull(await bytes.read(BLOCK), HeaderOf);
    if (!header.cksumValid) throw archiveRefusal("a header is damaged", header.path);
    const sizeBytes = header.size ?? 0;
    if (!Number.isSafeInteger(sizeBytes)) throw archiveRefusal("an entry is larger than any disk", header.path);
    if (META_TYPES.includes(header.type)) {
      meta = readMeta(header, meta, await readMetaText(bytes, header, sizeBytes), PaxOf);
      continue;
    }
    yield* oneMember(bytes, toHead(header, meta, sizeBytes));
    meta = { ...NO_META, global: meta.global };
  }
}

/** The decoder throws at numbers that no tool writes. */
function decode(block: Buffer, meta: Meta, HeaderOf: typeof Header): Header {
  try {
    return new HeaderOf(block, 0, meta.local, meta.global);
  } catch (cause) {
    throw archiveRefusal("a header is damaged", undefined, cause);
  }
}

function requireSecondNull(block: Buffer, HeaderOf: typeof Header): void {
  if (block.length < BLOCK || !decode(block, NO_META, HeaderOf).nullBlock) throw archiveRefusal("it is cut off");
}

async function readMetaText(bytes: BytePuller, header: Header, sizeBytes: number): Promise<string> {
  if (sizeBytes > MOST_META_BYTES) throw archiveRefusal("the attributes of an entry are too long", header.path);
  const body = await bytes.read(padded(sizeBytes));
  if (body.length < padded(sizeBytes)) throw archiveRefusal("it is cut off");
  return body.subarray(0, sizeBytes).toString("utf8");
}

function readMeta(header: Header, meta: Meta, text: string, PaxOf: typeof Pax): Meta {
  if (text.includes("GNU.sparse")) throw archiveRefusal("it holds a sparse file, which hosts do not unpack");
  const untilNul = text.replace(/\0[^]*$/, "");
  switch (header.type) {
    case "GlobalExtendedHeader":
      return { ...meta, global: PaxOf.parse(text, meta.global, true) };
    case "NextFileHasLongLinkpath":
      return { ...meta, target: untilNul };
    case "NextFileHasLongPath":
    case "OldGnuLongPath":
      return { ...meta, path: untilNul };
    default:
      return { ...meta, local: PaxOf.parse(text, meta.local, false) };
  }
}

function toHead(header: Header, meta: Meta, sizeBytes: number): MemberHead {
  const kind = KINDS[header.type] ?? "other";
  const path = meta.path ?? header.path ?? "";
  const common = { path, kind: kind === "file" && path.endsWith("/") ? "folder" : kind, mode: header.mode } as const;
  if (kind === "symlink" || kind === "hardlink") return { ...common, sizeBytes: 0, target: meta.target ?? header.linkpath ?? "" };
  return kind === "other" ? { ...common, sizeBytes, what: header.type } : { ...common, sizeBytes };
}

const padded = (sizeBytes: number): number => Math.ceil(sizeBytes / BLOCK) * BLOCK;

async function* oneMember(bytes: BytePuller, head: MemberHead): ArchiveMembers {
  let left = head.sizeBytes;
  async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of bytes.pieces(left)) {
      left -= piece.length;
      yield piece;
    }
  }
  const member: ArchiveMember = { ...head, body };
  yield member;
  await bytes.skip(left + padded(head.sizeBytes) - head.sizeBytes);
}
