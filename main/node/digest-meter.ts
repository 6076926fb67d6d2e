import { createHash } from "node:crypto";

/** What one read of some bytes measured; digests in lower-case hex. */
export type Measurement = {
  readonly sizeBytes: number;
  readonly digests: { readonly sha256: string; readonly sha1: string; readonly sha512: string };
  readonly head: Uint8Array;
};

/** Size and all three digests of bytes that pass by once. Memory stays flat whatever the size. */
export class DigestMeter {
  readonly #sha256 = createHash("sha256");
  readonly #sha1 = createHash("sha1");
  readonly #sha512 = createHash("sha512");
  readonly #headBytes: number;
  readonly #headChunks: Uint8Array[] = [];
  #headLength = 0;
  #sizeBytes = 0;

  /** Keeps a copy of the first `headBytes` bytes, for the look at the file's header. */
  constructor(headBytes: number) {
    this.#headBytes = headBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  update(chunk: Uint8Array): void {
    this.#sha256.update(chunk);
    this.#sha1.update(chunk);
    this.#sha512.update(chunk);
    this.#sizeBytes += chunk.length;
    const missing = this.#headBytes - this.#headLength;
    if (missing <= 0) return;
    // A copy: the chunk may be a view of a buffer that is filled again.
    const part = new Uint8Array(chunk.subarray(0, missing));
    this.#headChunks.push(part);
    this.#headLength += part.length;
  }

  /** Ends the measurement; call it once. */
  finish(): Measurement {
    const digests = { sha256: this.#sha256.digest("hex"), sha1: this.#sha1.digest("hex"), sha512: this.#sha512.digest("hex") };
    return { sizeBytes: this.#sizeBytes, digests, head: Buffer.concat(this.#headChunks) };
  }
}
