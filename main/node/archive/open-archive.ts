import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { constants, createGunzip, createZstdDecompress } from "node:zlib";
import { AppError } from "#shared/errors/app-error.ts";
import type { ArchiveMembers } from "./archive-member.ts";
import { archiveRefusal } from "./archive-refusal.ts";
import { BytePuller } from "./byte-puller.ts";
import { tarMembers } from "./tar-members.ts";
import { zipMembers } from "./zip-members.ts";

/** What hosts unpack. `gzip` and `zstd` hold a tar archive. */
export type ArchiveFormat = "tar" | "gzip" | "zstd" | "zip";

const HEAD_BYTES = 512;
const MAGICS: readonly (readonly [ArchiveFormat, number, string])[] = [
  ["gzip", 0, "1f8b"],
  ["zstd", 0, "28b52ffd"],
  ["zip", 0, "504b0304"],
  ["zip", 0, "504b0506"],
  ["tar", 257, Buffer.from("ustar").toString("hex")],
];
/** Beyond 128 MiB a frame would make the host hold its whole window in memory. */
const MOST_WINDOW_LOG = 27;
const CHUNK_BYTES = 256 * 1024;

/** Tells an archive by its first bytes; undefined for whatever is none that hosts unpack. */
export async function archiveFormatOf(path: string): Promise<ArchiveFormat | undefined> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead).toString("hex");
    return MAGICS.find(([, offset, magic]) => head.startsWith(magic, offset * 2))?.[0];
  } finally {
    await file.close();
  }
}

/**
 * Reads an archive entry by entry, in bounded memory.
 *
 * @param mostBytes what may come out of a decompressor before the archive is refused as a bomb.
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED while it is read; the file system's own errors.
 */
export async function* openArchive(path: string, mostBytes: number, signal?: AbortSignal): ArchiveMembers {
  const format = await archiveFormatOf(path);
  if (format === undefined) throw archiveRefusal("it is no tar, tar.gz, tar.zst or zip");
  if (format === "zip") return yield* abortable(zipMembers(path), signal);
  const bytes = new BytePuller(bounded(unpackedBytes(path, format), mostBytes));
  try {
    yield* abortable(tarMembers(bytes), signal);
  } finally {
    await bytes.close();
  }
}

async function* abortable(members: ArchiveMembers, signal: AbortSignal | undefined): ArchiveMembers {
  for await (const member of members) {
    signal?.throwIfAborted();
    yield member;
  }
}

/** What comes out of the decompressor, without a bound: whoever reads it stops. @throws AppError ARTIFACT_ARCHIVE_REFUSED. */
export async function* unpackedBytes(path: string, format: "tar" | "gzip" | "zstd"): AsyncGenerator<Uint8Array, void, undefined> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (format === "tar") return yield* file;
  const options = { chunkSize: CHUNK_BYTES };
  const decompressor =
    format === "gzip"
      ? createGunzip(options)
      : createZstdDecompress({ ...options, params: { [constants.ZSTD_d_windowLogMax]: MOST_WINDOW_LOG } });
  pipeline(file, decompressor, () => undefined);
  try {
    const stream: AsyncIterable<Uint8Array> = decompressor;
    yield* stream;
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw archiveRefusal(
      `what it is packed with is damaged or cut off (${thrown instanceof Error ? thrown.message : "unknown"})`,
      undefined,
      thrown,
    );
  }
}

async function* bounded(source: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let seen = 0;
  for await (const chunk of source) {
    seen += chunk.length;
    if (seen > mostBytes) throw archiveRefusal(`more than ${mostBytes} bytes come out of it`);
    yield chunk;
  }
}
