import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";

/** Size and digests of what was read, all from one read. Hex in lower case. */
export type StreamDigest = { readonly sizeBytes: number; readonly sha256: string; readonly sha1: string; readonly sha512: string };

/**
 * Digests a stream in constant memory, whatever its length.
 *
 * @throws TypeError when the stream carries text or objects, whose bytes are not defined; that is a bug of the caller.
 */
export async function digestStream(source: Readable): Promise<StreamDigest> {
  const [sha256, sha1, sha512] = [createHash("sha256"), createHash("sha1"), createHash("sha512")];
  let sizeBytes = 0;
  const chunks: AsyncIterable<unknown> = source;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a stream of bytes is needed, not of text or objects");
    sizeBytes += chunk.length;
    sha256.update(chunk);
    sha1.update(chunk);
    sha512.update(chunk);
  }
  return { sizeBytes, sha256: sha256.digest("hex"), sha1: sha1.digest("hex"), sha512: sha512.digest("hex") };
}

/** SHA-256 of a file, in hex, when nothing else is asked of it. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest("hex");
}
