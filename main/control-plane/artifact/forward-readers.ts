import { createGunzip, createZstdDecompress } from "node:zlib";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { ForwardReader } from "#shared/domain/artifact/archive-listing.ts";
import type { RangeSource } from "#shared/domain/artifact/range-source.ts";

/** How many bytes of a plain file one read fetches: a header and those near it. */
const WINDOW_BYTES = 64 * 1024;

/** Reads a plain file forwards; skipping costs nothing. */
export function plainReader(source: RangeSource): ForwardReader {
  let at = 0;
  let window: { readonly offset: number; readonly bytes: Uint8Array } = { offset: 0, bytes: new Uint8Array() };
  return {
    read: async (length) => {
      const isInside = at >= window.offset && at + length <= window.offset + window.bytes.length;
      if (!isInside) window = { offset: at, bytes: await source.read(at, Math.max(length, WINDOW_BYTES)) };
      const bytes = window.bytes.subarray(at - window.offset, at - window.offset + length);
      at += bytes.length;
      return bytes;
    },
    skip: async (length) => {
      at += length;
    },
  };
}

/** A reader of decompressed bytes that must be closed, since its decompressor runs on until then. */
export type DecompressingReader = ForwardReader & { readonly close: () => Promise<void> };

/**
 * Reads a compressed stream forwards. After `maxBytes` of output, or where the stream is broken, it is at its end: a bomb
 * costs no more than that.
 */
export function decompressingReader(compressed: AsyncIterable<Uint8Array>, method: "gzip" | "zstd", maxBytes: number): DecompressingReader {
  const decompressor = method === "gzip" ? createGunzip() : createZstdDecompress();
  const ended = new AbortController();
  const running = pipeline(Readable.from(compressed), decompressor, { end: true, signal: ended.signal }).catch(() => undefined);
  const chunks = decompressor[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array();
  let budget = maxBytes;
  const next = async (): Promise<boolean> => {
    if (budget <= 0) return false;
    const step = await chunks.next().catch(() => ({ done: true as const, value: undefined }));
    if (step.done === true || !(step.value instanceof Uint8Array)) return false;
    held = step.value;
    budget -= held.length;
    return true;
  };
  const take = async (length: number, keep: (part: Uint8Array) => void): Promise<void> => {
    for (let left = length; left > 0;) {
      if (held.length === 0 && !(await next())) return;
      const part = held.subarray(0, left);
      held = held.subarray(part.length);
      left -= part.length;
      keep(part);
    }
  };
  return {
    read: async (length) => {
      const parts: Uint8Array[] = [];
      await take(length, (part) => parts.push(part));
      return Buffer.concat(parts);
    },
    skip: (length) => take(length, () => undefined),
    close: async () => {
      ended.abort();
      await running;
    },
  };
}
