import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";
import { DigestMeter } from "./digest-meter.ts";

/** Size and digests of what was read, all from one read. Hex in lower case. */
export type StreamDigest = { readonly sizeBytes: number; readonly sha256: string; readonly sha1: string; readonly sha512: string };

/**
 * Digests a stream in constant memory, whatever its length.
 *
 * @throws TypeError when the stream carries text or objects, whose bytes are not defined; that is a bug of the caller.
 */
export async function digestStream(source: Readable): Promise<StreamDigest> {
  const meter = new DigestMeter(0);
  const chunks: AsyncIterable<unknown> = source;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a stream of bytes is needed, not of text or objects");
    meter.update(chunk);
  }
  const { sizeBytes, digests } = meter.finish();
  return { sizeBytes, ...digests };
}

/** SHA-256 of a file, in hex, when nothing else is asked of it. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest("hex");
}
