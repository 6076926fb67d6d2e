/** What one registry may cost us: sizes in bytes, times in milliseconds. Nothing that it answers is read without a bound. */
export type RegistryLimits = {
  /** One manifest or index; the distribution-spec asks registries to take 4 MiB. */
  readonly documentBytes: number;
  /** The body of a refusal, and of a token. */
  readonly smallBytes: number;
  /** All pages of a tag list together. */
  readonly tags: number;
  /** Pages of one list, so that short pages do not go on for ever. */
  readonly pages: number;
  /** Redirects of one request. */
  readonly redirects: number;
  /** Without a byte in either direction for so long, a connection counts as dead. */
  readonly idleMs: number;
  /** One document, from the request to its last byte. */
  readonly documentMs: number;
  /** Closing an upload: registries read a blob again before they answer. */
  readonly commitMs: number;
  /** What a transfer must bring at least, in bytes per second over its whole length. */
  readonly bytesPerSecond: number;
  /** One part of an upload that can be gone on with. Large, since each costs a round trip; at most so much is sent again. */
  readonly chunkBytes: number;
};

/** What holds where nothing else is said. */
export const REGISTRY_LIMITS: RegistryLimits = {
  documentBytes: 4 * 2 ** 20,
  smallBytes: 64 * 2 ** 10,
  tags: 20_000,
  pages: 500,
  redirects: 5,
  idleMs: 60_000,
  documentMs: 60_000,
  commitMs: 15 * 60_000,
  bytesPerSecond: 16 * 2 ** 10,
  chunkBytes: 64 * 2 ** 20,
};

/** The longest that a transfer of so many bytes may take, in milliseconds. */
export function transferMs(limits: RegistryLimits, sizeBytes: number): number {
  return limits.documentMs + Math.ceil((sizeBytes / limits.bytesPerSecond) * 1000);
}
