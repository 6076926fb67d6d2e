/** What may be sent at once after a pause, as a span of the rate: short enough that a link is never flooded. */
const BURST_MS = 250;

/**
 * A token bucket that may go into debt: bytes are taken when they are there to be sent, and the taker waits until the
 * debt is paid. Pure; `monotonicMs` comes from the caller.
 */
export type TokenBucket = { readonly availableBytes: number; readonly atMs: number };

/** A bucket from which nothing was taken for a while. */
export function fullBucket(bytesPerSecond: number, monotonicMs: number): TokenBucket {
  return { availableBytes: burstBytes(bytesPerSecond), atMs: monotonicMs };
}

/** Takes bytes out, and answers how long the taker waits before it sends more, in milliseconds. */
export function take(
  bucket: TokenBucket,
  bytes: number,
  bytesPerSecond: number,
  monotonicMs: number,
): { readonly bucket: TokenBucket; readonly waitMs: number } {
  const earned = ((monotonicMs - bucket.atMs) / 1000) * bytesPerSecond;
  const availableBytes = Math.min(burstBytes(bytesPerSecond), bucket.availableBytes + earned) - bytes;
  const waitMs = availableBytes >= 0 ? 0 : Math.ceil((-availableBytes / bytesPerSecond) * 1000);
  return { bucket: { availableBytes, atMs: monotonicMs }, waitMs };
}

function burstBytes(bytesPerSecond: number): number {
  return (bytesPerSecond * BURST_MS) / 1000;
}
