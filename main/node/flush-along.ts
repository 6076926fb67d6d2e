import type { FileHandle } from "node:fs/promises";

/** So much is written between two flushes. */
const FLUSH_EVERY_BYTES = 16 * 1024 * 1024;

/**
 * Flushes a file beside its writing, one flush at a time, so that the last one is short. That last one, and with it the
 * promise that the bytes are on the disk, is the writer's own.
 */
export class FlushAlong {
  readonly #file: Pick<FileHandle, "datasync">;
  #unflushedBytes = 0;
  #flushing: Promise<void> | undefined;
  /** An error of the disk is told by one flush only: it must not be lost here and be silent later. */
  #failure: { readonly thrown: unknown } | undefined;

  constructor(file: Pick<FileHandle, "datasync">) {
    this.#file = file;
  }

  /** So many bytes were written. @throws what an earlier flush has thrown. */
  wrote(bytes: number): void {
    this.#throwFailure();
    this.#unflushedBytes += bytes;
    if (this.#unflushedBytes < FLUSH_EVERY_BYTES || this.#flushing !== undefined) return;
    this.#unflushedBytes = 0;
    this.#flushing = this.#file
      .datasync()
      .catch((thrown: unknown) => void (this.#failure ??= { thrown }))
      .then(() => void (this.#flushing = undefined));
  }

  /** Waits for the flush that runs; the file may be closed then. @throws what a flush has thrown. */
  async end(): Promise<void> {
    await this.#flushing;
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }
}
