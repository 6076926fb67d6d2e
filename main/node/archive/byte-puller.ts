import { archiveRefusal } from "./archive-refusal.ts";

/** Takes bytes from a stream in portions of the reader's choosing, and no more of them than were asked for. */
export class BytePuller {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next `length` bytes in one piece; fewer only at the end of the stream. Meant for headers, not for contents. */
  async read(length: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    let read = 0;
    while (read < length) {
      const piece = await this.#piece(length - read);
      if (piece === undefined) break;
      pieces.push(piece);
      read += piece.length;
    }
    return Buffer.concat(pieces);
  }

  /**
   * The next `length` bytes, piece by piece.
   *
   * @throws AppError ARTIFACT_ARCHIVE_REFUSED when the stream ends before.
   */
  async *pieces(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = length; left > 0;) {
      const piece = await this.#piece(left);
      if (piece === undefined) throw archiveRefusal("it ends in the middle of an entry");
      left -= piece.length;
      yield piece;
    }
  }

  /** Passes over the next `length` bytes; as `pieces`. */
  async skip(length: number): Promise<void> {
    const pieces = this.pieces(length);
    while ((await pieces.next()).done !== true);
  }

  /** Gives the source up, so that it frees what it holds. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #piece(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return undefined;
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }
}
