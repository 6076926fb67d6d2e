/** One answer as it was, with the tag that GitHub knows it by. */
export type KnownAnswer = { readonly etag: string; readonly bytes: Uint8Array<ArrayBuffer>; readonly headers: Headers };

const MAX_ANSWERS = 64;
const MAX_BYTES = 256 * 1024;

/**
 * Answers that may be asked for again with `If-None-Match`: GitHub does not count a 304 against the rate limit. Holds
 * the latest 64 answers of at most 256 KiB; larger ones are simply read again.
 */
export class EtagCache {
  readonly #answers = new Map<string, KnownAnswer>();

  find(address: string): KnownAnswer | undefined {
    return this.#answers.get(address);
  }

  keep(address: string, headers: Headers, bytes: Uint8Array<ArrayBuffer>): void {
    const etag = headers.get("etag");
    this.#answers.delete(address);
    if (etag === null || bytes.length > MAX_BYTES) return;
    this.#answers.set(address, { etag, bytes, headers });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MAX_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
  }
}
