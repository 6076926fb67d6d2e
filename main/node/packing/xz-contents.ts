import { createReadStream } from "node:fs";
import { ReadableStream } from "node:stream/web";
import { archiveRefusal } from "../archive/archive-refusal.ts";
import { damagedPacking } from "./damaged-packing.ts";

/** What the decoder's numbers mean (`enum xz_ret` of xz-embedded); the others are damage. */
const REASONS: Readonly<Record<string, string>> = {
  "2": "its checksums are of a kind that is not read here",
  "3": "there is not enough memory for its dictionary",
  "4": "its dictionary is larger than 64 MiB",
  "6": "it uses filters or checksums that are not read here",
};

/**
 * What an xz file unpacks to, piece by piece, without a bound: whoever reads it stops. It takes the dictionary's size in
 * memory, at most 64 MiB.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED for a damaged or cut file, and for what is not read.
 */
export async function* xzContents(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const { default: xz } = await import("xz-decompress");
  const packed: AsyncIterable<Uint8Array> = createReadStream(path);
  try {
    yield* new xz.XzReadableStream(ReadableStream.from(packed));
  } catch (thrown) {
    const code = /error code (\d+)$/.exec(thrown instanceof Error ? thrown.message : "")?.[1] ?? "";
    throw code in REASONS ? archiveRefusal(REASONS[code] ?? "", undefined, thrown) : damagedPacking(thrown);
  }
}
