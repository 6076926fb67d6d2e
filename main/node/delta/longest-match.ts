/** Where a piece of the new bytes occurs in the old ones, and for how long the two agree. */
export type Match = { position: number; length: number };

/**
 * Finds the longest occurrence in `old` of what begins at `start` in `fresh`, by bisecting the suffix array. Writes it
 * into `match`, since this is called millions of times.
 */
export function findLongest(suffixes: Int32Array, old: Uint8Array, fresh: Uint8Array, start: number, match: Match): void {
  let low = 0;
  let high = suffixes.length - 1;
  // What the borders agree on, everything between them agrees on, too: it is compared once.
  let lowShared = agreement(old, suffixes[low] ?? 0, fresh, start, 0);
  let highShared = agreement(old, suffixes[high] ?? 0, fresh, start, 0);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const position = suffixes[middle] ?? 0;
    const shared = agreement(old, position, fresh, start, Math.min(lowShared, highShared));
    if (isBefore(old, position + shared, fresh, start + shared)) {
      low = middle;
      lowShared = shared;
    } else {
      high = middle;
      highShared = shared;
    }
  }
  const useLow = lowShared > highShared;
  match.position = suffixes[useLow ? low : high] ?? 0;
  match.length = useLow ? lowShared : highShared;
}

/** Number of equal bytes from two places on, of which `known` are known to be equal. */
export function agreement(old: Uint8Array, position: number, fresh: Uint8Array, start: number, known: number): number {
  const limit = Math.min(old.length - position, fresh.length - start);
  let shared = known;
  while (shared < limit && old[position + shared] === fresh[start + shared]) shared += 1;
  return shared;
}

/** Whether the old suffix sorts before the new bytes, where they first differ; an end sorts before everything. */
function isBefore(old: Uint8Array, oldAt: number, fresh: Uint8Array, freshAt: number): boolean {
  if (freshAt >= fresh.length) return false;
  return oldAt >= old.length || (old[oldAt] ?? 0) < (fresh[freshAt] ?? 0);
}
