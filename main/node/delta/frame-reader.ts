import type { FileHandle } from "node:fs/promises";
import { constants, createZstdDecompress } from "node:zlib";
import { collectYoung } from "../collect-young.ts";
import { invalidDelta } from "./delta-header.ts";

const CHUNK_BYTES = 1024 * 1024;

/** So much of what was taken may wait to be freed. */
const COLLECT_EVERY_BYTES = 16 * 1024 * 1024;

/** Where a frame lies in a file, and how it is to be unpacked. */
export type FrameSource = {
  readonly file: FileHandle;
  readonly start: number;
  readonly bytes: number;
  readonly windowLogMax: number;
  readonly dictionary?: Uint8Array;
};

/** Unpacks one zstd frame of a file piece by piece: nothing is held but what was read last, and what comes next. */
export class FrameReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #close: () => void;
  #chunk: Uint8Array = new Uint8Array();
  #taken = 0;
  #uncollectedBytes = 0;

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

  /**
   * At least one and at most `bytes` of what comes next, valid until the next call: a promise only where it has to be
   * waited for, since most of it is there already and waiting costs more than the bytes.
   *
   * @throws AppError DELTA_INVALID when the frame is damaged or ends before.
   */
  take(bytes: number): Uint8Array | Promise<Uint8Array> {
    return this.#taken < this.#chunk.length ? this.#cut(bytes) : this.#next().then(() => this.#cut(bytes));
  }

  /** Fills `into` to its end. @throws AppError DELTA_INVALID when the frame is damaged or ends before. */
  async fill(into: Uint8Array): Promise<void> {
    for (let filled = 0; filled < into.length;) {
      const piece = await this.take(into.length - filled);
      into.set(piece, filled);
      filled += piece.length;
    }
  }

  /** The frame must have been read to its end. @throws AppError DELTA_INVALID. */
  async end(): Promise<void> {
    const isOver = this.#taken === this.#chunk.length && (await this.#advance()).done === true;
    if (!isOver) throw invalidDelta("a part of it is longer than it says");
  }

  close(): void {
    this.#close();
  }

  #cut(bytes: number): Uint8Array {
    const piece = this.#chunk.subarray(this.#taken, this.#taken + bytes);
    this.#taken += piece.length;
    return piece;
  }

  async #next(): Promise<void> {
    do {
      const next = await this.#advance();
      if (next.done === true) throw invalidDelta("a part of it ends too early");
      this.#uncollectedBytes += this.#chunk.length;
      [this.#chunk, this.#taken] = [next.value, 0];
    } while (this.#chunk.length === 0);
    if (this.#uncollectedBytes < COLLECT_EVERY_BYTES) return;
    this.#uncollectedBytes = 0;
    collectYoung();
  }

  async #advance(): Promise<IteratorResult<Uint8Array, unknown>> {
    try {
      return await this.#pieces.next();
    } catch (cause) {
      throw invalidDelta("a part of it is damaged", cause);
    }
  }
}
