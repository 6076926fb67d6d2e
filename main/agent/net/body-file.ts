import { createHash, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { collectYoung } from "#main/node/collect-young.ts";
import { FlushAlong } from "#main/node/flush-along.ts";

/** What may be gathered while the disk is busy. A kill loses this and as much again at most. */
const BATCH_BYTES = 512 * 1024;
/** So much of what was written may wait to be freed. */
const COLLECT_EVERY_BYTES = 4 * 1024 * 1024;

/**
 * Writes a body into an open file as it comes: at once while the disk is idle, gathered while it is busy, flushed along
 * the way, and hashed.
 *
 * INVARIANTS: writes are serial and in order; at most two batches are in memory; `take` gives a promise when its caller
 * has to wait.
 */
export class BodyFile {
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash("sha256");
  readonly #flushes: FlushAlong;
  readonly #onWritten: (bytes: number) => void;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  #writing: Promise<void> | undefined;
  #uncollectedBytes = 0;
  #failure: { readonly thrown: unknown } | undefined;

  constructor(file: FileHandle, onWritten: (bytes: number) => void) {
    this.#file = file;
    this.#flushes = new FlushAlong(file);
    this.#onWritten = onWritten;
  }

  /** Takes the next piece. @throws what an earlier write or flush has thrown. */
  take(piece: Buffer): Promise<void> | undefined {
    this.#throwFailure();
    this.#hash.update(piece);
    this.#gathered.push(piece);
    this.#gatheredBytes += piece.length;
    if (this.#writing === undefined) this.#begin();
    return this.#gatheredBytes < BATCH_BYTES ? undefined : this.#writing;
  }

  /** Writes what is left, also after the body was cut. @throws what a write or a flush has thrown. */
  async finish(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    // The flush is waited for in any case, since the file is closed next.
    await this.#flushes.end();
    this.#throwFailure();
  }

  /** SHA-256 of all pieces in hex; call it once. */
  digest(): string {
    return this.#hash.digest("hex");
  }

  #begin(): void {
    if (this.#gatheredBytes === 0 || this.#failure !== undefined) return;
    const [pieces, bytes] = [this.#gathered, this.#gatheredBytes];
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#writing = this.#write(pieces, bytes)
      .catch((thrown: unknown) => void (this.#failure ??= { thrown }))
      .then(() => {
        this.#writing = undefined;
        this.#begin();
      });
  }

  async #write(pieces: readonly Buffer[], bytes: number): Promise<void> {
    await this.#writeAll(pieces, bytes);
    this.#onWritten(bytes);
    this.#uncollectedBytes += bytes;
    if (this.#uncollectedBytes >= COLLECT_EVERY_BYTES) {
      this.#uncollectedBytes = 0;
      collectYoung();
    }
    this.#flushes.wrote(bytes);
  }

  /** In one call of the system, unless a full disk takes a part: then the rest says so. */
  async #writeAll(pieces: readonly Buffer[], bytes: number): Promise<void> {
    const { bytesWritten } = await this.#file.writev([...pieces]);
    if (bytesWritten < bytes) await this.#file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }
}
