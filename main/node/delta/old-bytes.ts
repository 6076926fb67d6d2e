import { open, type FileHandle } from "node:fs/promises";
import { invalidDelta } from "./delta-header.ts";

/** Steps jump back and forth between a few places, so that some blocks are kept: 20 MiB of them. */
const BLOCK_BYTES = 128 * 1024;
const KEPT_BLOCKS = 160;

/** A block on its way; `bytes` once it is here. */
type Block = { bytes: Uint8Array | undefined; readonly whenHere: Promise<Uint8Array> };

/**
 * The old file, read in blocks, of which those used last are kept. Whoever knows what comes next says so, since it is
 * the waiting for one small read after another that takes the time.
 */
export class OldBytes {
  readonly #file: FileHandle;
  readonly #sizeBytes: number;
  /** By number, the one used longest ago first. */
  readonly #blocks = new Map<number, Block>();

  private constructor(file: FileHandle, sizeBytes: number) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  static async open(path: string, sizeBytes: number): Promise<OldBytes> {
    return new OldBytes(await open(path, "r"), sizeBytes);
  }

  /** Begins to read what `copyTo` will ask for soon: the block of `position`, and the next one where the bytes go on into it. */
  expect(position: number, length: number): void {
    if (length <= 0) return;
    const number = Math.floor(position / BLOCK_BYTES);
    void this.#block(number);
    if (position + length > (number + 1) * BLOCK_BYTES) void this.#block(number + 1);
  }

  /**
   * Fills `piece` with the old bytes from `position` on. A promise only where they are not here yet, since waiting costs
   * more than the bytes.
   *
   * @throws AppError DELTA_INVALID.
   */
  copyTo(piece: Uint8Array, position: number): Promise<void> | undefined {
    for (let copied = 0; copied < piece.length;) {
      const number = Math.floor((position + copied) / BLOCK_BYTES);
      const block = this.#block(number);
      if (block.bytes === undefined) return block.whenHere.then(() => this.copyTo(piece.subarray(copied), position + copied));
      const offset = position + copied - number * BLOCK_BYTES;
      const length = Math.min(piece.length - copied, block.bytes.length - offset);
      piece.set(block.bytes.subarray(offset, offset + length), copied);
      copied += length;
      this.expect(position + copied, piece.length - copied);
    }
    return undefined;
  }

  async close(): Promise<void> {
    await Promise.allSettled(Array.from(this.#blocks.values(), ({ whenHere }) => whenHere));
    await this.#file.close();
  }

  #block(number: number): Block {
    const kept = this.#blocks.get(number);
    if (kept !== undefined) {
      this.#blocks.delete(number);
      this.#blocks.set(number, kept);
      return kept;
    }
    const block: Block = { bytes: undefined, whenHere: this.#read(number, this.#evict()) };
    block.whenHere.then(
      (bytes) => (block.bytes = bytes),
      // Whoever asks for it is told of a failure; one that was read in vain has nobody to tell.
      () => undefined,
    );
    this.#blocks.set(number, block);
    return block;
  }

  /** Memory of the block used longest ago, when there are as many as may be. */
  #evict(): Promise<Uint8Array> | undefined {
    const [oldest] = this.#blocks;
    if (this.#blocks.size < KEPT_BLOCKS || oldest === undefined) return undefined;
    this.#blocks.delete(oldest[0]);
    return oldest[1].whenHere;
  }

  async #read(number: number, evicted: Promise<Uint8Array> | undefined): Promise<Uint8Array> {
    const buffer = (await evicted)?.buffer ?? new ArrayBuffer(BLOCK_BYTES);
    const start = number * BLOCK_BYTES;
    const block = new Uint8Array(buffer, 0, Math.min(BLOCK_BYTES, this.#sizeBytes - start));
    const { bytesRead } = await this.#file.read(block, 0, block.length, start);
    if (bytesRead !== block.length) throw invalidDelta("the old file is shorter than it was");
    return block;
  }
}
