import type { ReleaseDelta } from "#shared/domain/release/delta.ts";

const MEBIBYTE = 2 ** 20;

/** A Node process of its own with the windows of three frames and a few pieces. */
const BOUNDED_BYTES = 128 * MEBIBYTE;

/** The same between trees, with the lists of both. Their files are read and written one after the other. */
export const TREE_APPLYING_BYTES = 192 * MEBIBYTE;

/**
 * Memory that applying a delta takes, in bytes, rounded up. `matches` is the same for every size; `dictionary` holds the
 * old file twice (as it was read, and inside zstd) and a window as large as the new one.
 */
export function applyingMemoryBytes(codec: ReleaseDelta["codec"], fromBytes: number, toBytes: number): number {
  return codec === "matches" ? BOUNDED_BYTES : BOUNDED_BYTES + 2 * fromBytes + toBytes;
}

/** What applying may take of a host: half of what is free, since what the host serves comes first. */
export function spareMemoryBytes(): number {
  return process.availableMemory() / 2;
}
