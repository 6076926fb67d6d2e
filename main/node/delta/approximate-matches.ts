import { PROGRESS_STEP, type OnDeltaProgress } from "./delta-progress.ts";
import { agreement, findLongest, type Match } from "./longest-match.ts";
import { suffixArray } from "./suffix-array.ts";

/**
 * One step from the old bytes to the new ones: `diffLength` bytes that resemble the old ones at `oldPosition` (and
 * follow what was made before), then `extraLength` bytes that resemble nothing.
 */
export type MatchStep = {
  readonly newPosition: number;
  readonly oldPosition: number;
  readonly diffLength: number;
  readonly extraLength: number;
};

/** A new alignment must explain this many more bytes than the one before, or it costs more than it saves. */
const WORTH_BYTES = 8;

/** Where the present alignment goes on for this long, nothing better is looked for. */
const GOOD_ENOUGH_BYTES = 64;

/**
 * Explains new bytes by old ones that are nearly the same: code that moved keeps its bytes except for addresses (C.
 * Percival, "Naive Differences of Executable Code", 2003). Matches found in the suffix array are extended in both
 * directions as long as more than half of the bytes agree.
 *
 * @param old at least one byte.
 */
export function* approximateMatches(
  old: Uint8Array,
  fresh: Uint8Array,
  onProgress: OnDeltaProgress = () => undefined,
): Generator<MatchStep> {
  const suffixes = suffixArray(old, (share) => onProgress("sorting", share));
  const match: Match = { position: 0, length: 0 };
  /** Start of what is not explained yet, in the new and in the old bytes. */
  let lastNew = 0;
  let lastOld = 0;
  let scan = 0;
  let told = 0;
  let length = 0;
  while (scan < fresh.length) {
    scan += length;
    let scored = scan;
    let agreed = 0;
    const offset = lastOld - lastNew;
    for (; scan < fresh.length; scan += 1) {
      if (scan >= told) {
        onProgress("matching", scan / fresh.length);
        told = scan + PROGRESS_STEP;
      }
      const along = scan + offset < old.length && scan + offset >= 0 ? agreement(old, scan + offset, fresh, scan, 0) : 0;
      if (along >= GOOD_ENOUGH_BYTES) {
        match.position = scan + offset;
        match.length = along;
      } else findLongest(suffixes, old, fresh, scan, match);
      length = match.length;
      for (; scored < scan + length; scored += 1) if (old[scored + offset] === fresh[scored]) agreed += 1;
      if ((length === agreed && length !== 0) || length > agreed + WORTH_BYTES) break;
      if (old[scan + offset] === fresh[scan]) agreed -= 1;
    }
    if (length === agreed && scan < fresh.length) continue;
    const forward = extendForward(old, fresh, { lastNew, lastOld, scan });
    const backward = scan < fresh.length ? extendBackward(old, fresh, { lastNew, scan, position: match.position }) : 0;
    const { kept, given } = settleOverlap(old, fresh, { lastNew, lastOld, scan, position: match.position, forward, backward });
    yield { newPosition: lastNew, oldPosition: lastOld, diffLength: kept, extraLength: scan - given - (lastNew + kept) };
    lastNew = scan - given;
    lastOld = match.position - given;
  }
}

/** How far the present alignment is worth going on: to where the surplus of equal over different bytes is largest. */
function extendForward(
  old: Uint8Array,
  fresh: Uint8Array,
  at: { readonly lastNew: number; readonly lastOld: number; readonly scan: number },
): number {
  const limit = Math.min(at.scan - at.lastNew, old.length - at.lastOld);
  let surplus = 0;
  let best = 0;
  let length = 0;
  for (let index = 0; index < limit; index += 1) {
    surplus += old[at.lastOld + index] === fresh[at.lastNew + index] ? 1 : -1;
    if (surplus > best) {
      best = surplus;
      length = index + 1;
    }
  }
  return length;
}

/** How far before its exact match the next alignment is worth beginning. */
function extendBackward(
  old: Uint8Array,
  fresh: Uint8Array,
  at: { readonly lastNew: number; readonly scan: number; readonly position: number },
): number {
  const limit = Math.min(at.scan - at.lastNew, at.position);
  let surplus = 0;
  let best = 0;
  let length = 0;
  for (let index = 1; index <= limit; index += 1) {
    surplus += old[at.position - index] === fresh[at.scan - index] ? 1 : -1;
    if (surplus > best) {
      best = surplus;
      length = index;
    }
  }
  return length;
}

/** Where both alignments claim the same bytes, each keeps those that it explains better. */
function settleOverlap(
  old: Uint8Array,
  fresh: Uint8Array,
  at: {
    readonly lastNew: number;
    readonly lastOld: number;
    readonly scan: number;
    readonly position: number;
    readonly forward: number;
    readonly backward: number;
  },
): { readonly kept: number; readonly given: number } {
  const overlap = at.lastNew + at.forward - (at.scan - at.backward);
  if (overlap <= 0) return { kept: at.forward, given: at.backward };
  const [newFrom, oldFrom, nextFrom] = [at.scan - at.backward, at.lastOld + at.forward - overlap, at.position - at.backward];
  let surplus = 0;
  let best = 0;
  let split = 0;
  for (let index = 0; index < overlap; index += 1) {
    if (old[oldFrom + index] === fresh[newFrom + index]) surplus += 1;
    if (old[nextFrom + index] === fresh[newFrom + index]) surplus -= 1;
    if (surplus > best) {
      best = surplus;
      split = index + 1;
    }
  }
  return { kept: at.forward - overlap + split, given: at.backward - split };
}
