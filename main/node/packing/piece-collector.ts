import { archiveRefusal } from "../archive/archive-refusal.ts";

const PIECE_BYTES = 1 << 20;

/** Collects single bytes, as decoders hand them over, up to a bound. */
export class PieceCollector {
  readonly #mostBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #piece = Buffer.allocUnsafe(PIECE_BYTES);
  #filled = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** @throws AppError ARTIFACT_ARCHIVE_REFUSED at the first piece beyond the bound. */
  writeByte(byte: number): void {
    if (this.#filled === PIECE_BYTES) this.#next();
    this.#piece[this.#filled++] = byte;
  }

  /** Everything, in order. @throws as `writeByte`. */
  finish(): readonly Uint8Array[] {
    this.#next();
    return this.#pieces;
  }

  #next(): void {
    const whole = this.#pieces.length * PIECE_BYTES + this.#filled;
    if (whole > this.#mostBytes) throw archiveRefusal(`it unpacks to more than ${this.#mostBytes} bytes, which is too much to measure`);
    this.#pieces.push(this.#piece.subarray(0, this.#filled));
    this.#piece = Buffer.allocUnsafe(PIECE_BYTES);
    this.#filled = 0;
  }
}
