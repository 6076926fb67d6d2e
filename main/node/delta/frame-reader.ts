import type { FileHandle } from "node:fs/promises";
import { constants, createZstdDecompress } from "node:zlib";
import { invalidDelta } from "./delta-header.ts";

const CHUNK_BYTES = 256 * 1024;

/** Where a frame lies in a file, and how it is to be unpacked. */
export type FrameSource = {
  readonly file: FileHandle;
  readonly start: number;
  readonly bytes: number;
  readonly windowLogMax: number;
  readonly dictionary?: Uint8Array;
};

/** Unpacks one zstd frame of a file piece by piece: nothing is held but what was read last. */
export class FrameReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #close: () => void;
  #left: Uint8Array = new Uint8Array();

  constructor({ file, start, bytes, windowLogMax, dictionary }: FrameSource) {
    const unpacked = createZstdDecompress({
      chunkSize: CHUNK_BYTES,
      params: { [constants.ZSTD_d_windowLogMax]: windowLogMax },
      ...(dictionary === undefined ? {} : { dictionary }),
    });
    const source = file.createReadStream({ start, end: start + bytes - 1, autoClose: false, highWaterMark: CHUNK_BYTES });
    source.on("error", (failure) => unpacked.destroy(failure));
    // A damaged frame may fail before its first byte is asked for; whoever asks then is told.
    unpacked.on("error", () => undefined);
    source.pipe(unpacked);
    const pieces: AsyncIterable<Uint8Array> = unpacked;
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.#close = () => {
      source.destroy();
      unpacked.destroy();
    };
  }

  /** Fills `into` to its end. @throws AppError DELTA_INVALID when the frame is damaged or ends before. */
  async fill(into: Uint8Array): Promise<void> {
    let filled = 0;
    while (filled < into.length) {
      if (this.#left.length === 0) this.#left = await this.#next();
      const piece = this.#left.subarray(0, into.length - filled);
      into.set(piece, filled);
      filled += piece.length;
      this.#left = this.#left.subarray(piece.length);
    }
  }

  /** The frame must have been read to its end. @throws AppError DELTA_INVALID. */
  async end(): Promise<void> {
    const after = this.#left.length > 0 ? { done: false } : await this.#advance();
    if (after.done !== true) throw invalidDelta("a part of it is longer than it says");
  }

  close(): void {
    this.#close();
  }

  async #next(): Promise<Uint8Array> {
    const next = await this.#advance();
    if (next.done === true) throw invalidDelta("a part of it ends too early");
    return next.value;
  }

  async #advance(): Promise<IteratorResult<Uint8Array, unknown>> {
    try {
      return await this.#pieces.next();
    } catch (cause) {
      throw invalidDelta("a part of it is damaged", cause);
    }
  }
}
