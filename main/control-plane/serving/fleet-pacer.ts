import type { Clock } from "../ports/clock.ts";
import { fullBucket, take, type TokenBucket } from "./token-bucket.ts";

/** Largest piece that is sent in one go, so that the streams of a fleet take turns. */
const PIECE_BYTES = 64 * 1024;

/** Keeps all downloads of a fleet together below its rate. The buckets live in memory: after a restart they are full. */
export class FleetPacer {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { readonly bytesPerSecond: number; bucket: TokenBucket }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same bytes, no faster than the fleet's share allows. A reader that stops reading costs nothing. */
  async *pace(fleetId: string, bytesPerSecond: number, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
        const piece = chunk.subarray(start, start + PIECE_BYTES);
        const waitMs = this.#take(fleetId, bytesPerSecond, piece.length);
        if (waitMs > 0) await this.#sleep(waitMs);
        yield piece;
      }
    }
  }

  #take(fleetId: string, bytesPerSecond: number, bytes: number): number {
    const now = this.#clock.monotonicMs();
    const known = this.#buckets.get(fleetId);
    const bucket = known?.bytesPerSecond === bytesPerSecond ? known.bucket : fullBucket(bytesPerSecond, now);
    const taken = take(bucket, bytes, bytesPerSecond, now);
    this.#buckets.set(fleetId, { bytesPerSecond, bucket: taken.bucket });
    return taken.waitMs;
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(delayMs, resolve);
    });
  }
}
