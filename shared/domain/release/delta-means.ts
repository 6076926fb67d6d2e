import type { ReleaseDelta } from "./delta.ts";

/** Old files larger than this are not sorted: it would take minutes and gigabytes. In bytes. */
const MAX_SORTED_BYTES = 256 * 2 ** 20;

/** What a process needs before it has read a file. In bytes. */
const BARE_PROCESS_BYTES = 96 * 2 ** 20;

/** Time that `matches` takes per byte of both files together, measured on a slow core at low priority. In milliseconds. */
const SORTING_MS_PER_BYTE = 0.4e-3;

/** What one delta would be made from and with. */
export type DeltaMeans = {
  readonly oldBytes: number;
  readonly newBytes: number;
  /** What its process may use. */
  readonly memoryBytes: number;
  /** What is left of the time for all deltas of the release. */
  readonly remainingMs: number;
};

/** The codecs to try, the fast one first, so that something is there when time runs out; or why none is tried. */
export type DeltaMethod =
  | { readonly kind: "make"; readonly codecs: readonly [ReleaseDelta["codec"], ...ReleaseDelta["codec"][]] }
  | { readonly kind: "too-large"; readonly neededBytes: number };

/** Memory that a codec needs for both files, in bytes; measured, with a tenth to spare. */
export function neededMemory(codec: ReleaseDelta["codec"], oldBytes: number, newBytes: number): number {
  return codec === "matches" ? BARE_PROCESS_BYTES + 8 * oldBytes + 3 * newBytes : BARE_PROCESS_BYTES + 13 * oldBytes + 2 * newBytes;
}

/** How long making a delta takes by both codecs, in milliseconds: an upper estimate, from a slow core. */
export function expectedMakingMs(oldBytes: number, newBytes: number): number {
  return Math.ceil((oldBytes + newBytes) * SORTING_MS_PER_BYTE);
}

/** Whether two files of a tree may be compared by `matches`, which is what deltas between trees are made of. */
export function canCompare(oldBytes: number, newBytes: number, memoryBytes: number): boolean {
  return oldBytes <= MAX_SORTED_BYTES && neededMemory("matches", oldBytes, newBytes) <= memoryBytes;
}

/** Chooses how a delta is made. Where both codecs are affordable, both are tried and the smaller result wins. */
export function chooseCodecs({ oldBytes, newBytes, memoryBytes, remainingMs }: DeltaMeans): DeltaMethod {
  const fits = (codec: ReleaseDelta["codec"]): boolean => neededMemory(codec, oldBytes, newBytes) <= memoryBytes;
  const isHurried = expectedMakingMs(oldBytes, newBytes) > remainingMs;
  const canSort = canCompare(oldBytes, newBytes, memoryBytes);
  if (fits("dictionary")) return { kind: "make", codecs: canSort && !isHurried ? ["dictionary", "matches"] : ["dictionary"] };
  if (canSort) return { kind: "make", codecs: ["matches"] };
  return { kind: "too-large", neededBytes: neededMemory("matches", oldBytes, newBytes) };
}
