import { createReadStream } from "node:fs";
import { unpackedBytes } from "../archive/open-archive.ts";
import { zipMembers } from "../archive/zip-members.ts";
import { bzip2Contents } from "./bzip2-contents.ts";
import { upxContents, type UpxRun } from "./upx-contents.ts";
import { xzContents } from "./xz-contents.ts";

/** A file, how it is packed, and what unpacking it may use. */
export type PackedFile = {
  readonly path: string;
  /** `none` is read as it is. */
  readonly packing: "gzip" | "zstd" | "zip" | "xz" | "bzip2" | "upx" | "none";
  /** What may come out at most, in bytes. */
  readonly mostBytes: number;
  /** How UPX is undone; without it, it is not. */
  readonly upx: UpxRun | undefined;
};

/**
 * What a packed file unpacks to, of an archive all contents one after another. What comes out is not bounded but for
 * `mostBytes` where a decoder cannot be stopped from outside: whoever reads it stops.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED for what is damaged, cut off, or cannot be undone here.
 */
export async function* packedContents({ path, packing, mostBytes, upx }: PackedFile): AsyncGenerator<Uint8Array, void, undefined> {
  switch (packing) {
    case "gzip":
    case "zstd":
      return yield* unpackedBytes(path, packing);
    case "zip":
      for await (const member of zipMembers(path)) if (member.kind === "file") yield* member.body();
      return;
    case "xz":
      return yield* xzContents(path);
    case "bzip2":
      return yield* await bzip2Contents(path, mostBytes);
    case "upx":
      return yield* upxContents(path, upx, mostBytes);
    case "none":
      return yield* createReadStream(path);
  }
}
