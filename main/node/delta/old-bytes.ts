import { open, type FileHandle } from "node:fs/promises";
import { invalidDelta } from "./delta-header.ts";

/** Steps jump back and forth between a few places, so that some blocks are kept: 16 MiB of them. */
const BLOCK_BYTES = 128 * 1024;
const KEPT_BLOCKS = 128;

/** The old file, read in blocks, of which those used last are kept. */
export class OldBytes {
  readonly #file: FileHandle;
  readonly #sizeBytes: number;
  /** By number, the one used longest ago first. */
  readonly #blocks = new Map<number, Uint8Array>();

  private constructor(file: FileHandle, sizeBytes: number) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  static async open(path: string, sizeBytes: number): Promise<OldBytes> {
    return new OldBytes(await open(path, "r"), sizeBytes);
  }

  /** Adds the old bytes from `position` on to `piece`, byte by byte modulo 256. */
  async addTo(piece: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < piece.length;) {
      const number = Math.floor((position + done) / BLOCK_BYTES);
      const block = this.#kept(number) ?? (await this.#load(number));
      const offset = position + done - number * BLOCK_BYTES;
      const length = Math.min(piece.length - done, block.length - offset);
      for (let index = 0; index < length; index += 1) piece[done + index] = (piece[done + index] ?? 0) + (block[offset + index] ?? 0);
      done += length;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #kept(number: number): Uint8Array | undefined {
    const block = this.#blocks.get(number);
    if (block === undefined) return undefined;
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    return block;
  }

  async #load(number: number): Promise<Uint8Array> {
    const [oldest] = this.#blocks.keys();
    const reused = this.#blocks.size >= KEPT_BLOCKS && oldest !== undefined ? this.#take(oldest) : undefined;
    const block = reused?.length === BLOCK_BYTES ? reused : new Uint8Array(BLOCK_BYTES);
    const start = number * BLOCK_BYTES;
    const wanted = Math.min(BLOCK_BYTES, this.#sizeBytes - start);
    const { bytesRead } = await this.#file.read(block, 0, wanted, start);
    if (bytesRead !== wanted) throw invalidDelta("the old file is shorter than it was");
    const filled = block.subarray(0, wanted);
    this.#blocks.set(number, filled);
    return filled;
  }

  #take(number: number): Uint8Array | undefined {
    const block = this.#blocks.get(number);
    this.#blocks.delete(number);
    return block;
  }
}
