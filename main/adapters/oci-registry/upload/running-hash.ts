import { createHash } from "node:crypto";

/**
 * The SHA-256 of a blob that is sent in pieces, some of them perhaps twice. Bytes that were counted before are passed
 * over; when the first bytes never came by, as after a restart, there is no digest.
 */
export class RunningHash {
  readonly #hash = createHash("sha256");
  #endBytes = 0;

  /** Takes the bytes that lie at `offset`. */
  take(offset: number, chunk: Uint8Array): void {
    const known = this.#endBytes - offset;
    if (known < 0 || known >= chunk.length) return;
    this.#hash.update(known === 0 ? chunk : chunk.subarray(known));
    this.#endBytes += chunk.length - known;
  }

  /** The digest in hex when all of `sizeBytes` came by. Call it once. */
  digest(sizeBytes: number): string | undefined {
    return this.#endBytes === sizeBytes ? this.#hash.digest("hex") : undefined;
  }
}
