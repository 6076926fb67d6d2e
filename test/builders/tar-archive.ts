import { Header, Pax, type HeaderData } from "tar";

/** One entry as it goes into the archive, right or wrong. */
export type TarEntry = HeaderData & {
  readonly content?: string | Buffer;
  /** Written as a pax header in front of it. */
  readonly pax?: HeaderData;
  /** Bytes that follow, when they are to be fewer or more than the header says. */
  readonly body?: Buffer;
};

const BLOCK = 512;

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

/** One entry: its header, written as it is asked for, and its padded contents. */
export function tarEntry({ content = "", pax, body, ...data }: TarEntry): Buffer {
  const bytes = Buffer.from(content);
  const block = Buffer.alloc(BLOCK);
  new Header({ type: "File", mode: 0o644, size: bytes.length, mtime: new Date(0), ...data }).encode(block, 0);
  return Buffer.concat([...(pax === undefined ? [] : [new Pax(pax).encode()]), block, body ?? padded(bytes)]);
}

/** A whole archive with the two empty blocks at its end. */
export function tarArchive(...entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(2 * BLOCK)]);
}
