import { PROGRESS_STEP } from "./delta-progress.ts";

/** Text over small integers: bytes at the top, names of substrings in the recursion. */
type Text = Uint8Array | Int32Array;

/**
 * Suffix array of some bytes: the starts of all suffixes in lexicographic order, by induced sorting (SA-IS: G. Nong,
 * S. Zhang, W. H. Chan, "Two Efficient Algorithms for Linear Time Suffix Array Construction", 2011). The end of the text
 * counts as smaller than every byte.
 *
 * Linear time; besides the answer (4 bytes per byte of text) it needs memory for the buckets of the recursion only.
 * Texts below 2 GiB.
 *
 * @param onShare hears how far it is, from 0 to 1.
 */
export function suffixArray(bytes: Uint8Array, onShare: OnShare = ignore): Int32Array {
  const suffixes = new Int32Array(bytes.length);
  sort(bytes, suffixes, 256, onShare);
  return suffixes;
}

type OnShare = (share: number) => void;
const ignore: OnShare = () => undefined;

/** The parts of the whole after which the first induction and the shorter text are done: 14, 37 and then 19 s with 126 MB. */
const INDUCED = 0.2;
const SHORTENED = 0.73;

/** Sorts the suffixes of `text`, whose symbols lie in [0, alphabet), into `suffixes`, which is as long. */
function sort(text: Text, suffixes: Int32Array, alphabet: number, onShare: OnShare): void {
  const length = text.length;
  if (length <= 1) return void suffixes.fill(0);
  const counts = countSymbols(text, alphabet);
  const buckets = new Int32Array(alphabet);

  // 1. Sort the substrings between leftmost S-type positions ("LMS") by inducing from them in any order.
  suffixes.fill(-1);
  bucketEnds(counts, buckets);
  eachLms(text, (position) => {
    const symbol = text[position] ?? 0;
    suffixes[(buckets[symbol] = (buckets[symbol] ?? 0) - 1)] = position;
  });
  induce(text, suffixes, { counts, buckets, onShare: (share) => onShare(share * INDUCED) });

  // 2. Give equal substrings equal names; they are the symbols of a shorter text, at the end of `suffixes`.
  const lmsCount = gatherLms(text, suffixes, buckets);
  const names = nameSubstrings(text, suffixes, lmsCount);
  const shorter = suffixes.subarray(length - lmsCount);
  let write = length - 1;
  for (let read = length - 1; read >= lmsCount; read -= 1) {
    const name = suffixes[read] ?? -1;
    if (name >= 0) suffixes[write--] = name;
  }

  // 3. Sort the suffixes of the shorter text: at once where all names differ.
  const sorted = suffixes.subarray(0, lmsCount);
  if (names < lmsCount) sort(shorter, sorted, names, (share) => onShare(INDUCED + share * (SHORTENED - INDUCED)));
  else for (let index = 0; index < lmsCount; index += 1) sorted[shorter[index] ?? 0] = index;

  // 4. Put the LMS suffixes, now in their final order, to the ends of their buckets and induce all others from them.
  let next = lmsCount;
  eachLms(text, (position) => {
    shorter[(next -= 1)] = position;
  });
  for (let index = 0; index < lmsCount; index += 1) sorted[index] = shorter[sorted[index] ?? 0] ?? 0;
  suffixes.fill(-1, lmsCount);
  bucketEnds(counts, buckets);
  for (let index = lmsCount - 1; index >= 0; index -= 1) {
    const position = suffixes[index] ?? 0;
    suffixes[index] = -1;
    const symbol = text[position] ?? 0;
    suffixes[(buckets[symbol] = (buckets[symbol] ?? 0) - 1)] = position;
  }
  induce(text, suffixes, { counts, buckets, onShare: (share) => onShare(SHORTENED + share * (1 - SHORTENED)) });
}

type Induction = { readonly counts: Int32Array; readonly buckets: Int32Array; readonly onShare: OnShare };

function countSymbols(text: Text, alphabet: number): Int32Array {
  const counts = new Int32Array(alphabet);
  for (let index = 0; index < text.length; index += 1) {
    const symbol = text[index] ?? 0;
    counts[symbol] = (counts[symbol] ?? 0) + 1;
  }
  return counts;
}

function bucketStarts(counts: Int32Array, buckets: Int32Array): void {
  let sum = 0;
  for (let symbol = 0; symbol < counts.length; symbol += 1) {
    buckets[symbol] = sum;
    sum += counts[symbol] ?? 0;
  }
}

function bucketEnds(counts: Int32Array, buckets: Int32Array): void {
  let sum = 0;
  for (let symbol = 0; symbol < counts.length; symbol += 1) {
    sum += counts[symbol] ?? 0;
    buckets[symbol] = sum;
  }
}

/** Calls back with every LMS position, from the last to the first: S-type positions right of an L-type one. */
function eachLms(text: Text, found: (position: number) => void): void {
  let right = text[text.length - 1] ?? 0;
  let rightIsS = false;
  for (let position = text.length - 2; position >= 0; position -= 1) {
    const symbol = text[position] ?? 0;
    const isS: boolean = symbol < right || (symbol === right && rightIsS);
    if (rightIsS && !isS) found(position + 1);
    right = symbol;
    rightIsS = isS;
  }
}

/** From sorted LMS entries at the bucket ends: L-type suffixes from left to right, then S-type ones from right to left. */
function induce(text: Text, suffixes: Int32Array, { counts, buckets, onShare }: Induction): void {
  const length = text.length;
  bucketStarts(counts, buckets);
  // The last suffix is induced by the end of the text, which is smaller than everything.
  const last = text[length - 1] ?? 0;
  suffixes[buckets[last] ?? 0] = length - 1;
  buckets[last] = (buckets[last] ?? 0) + 1;
  for (let index = 0; index < length; index += 1) {
    if (index % PROGRESS_STEP === 0) onShare(index / length / 2);
    const position = (suffixes[index] ?? 0) - 1;
    if (position < 0) continue;
    const symbol = text[position] ?? 0;
    if (symbol < (text[position + 1] ?? 0)) continue;
    const bucket = buckets[symbol] ?? 0;
    suffixes[bucket] = position;
    buckets[symbol] = bucket + 1;
  }
  bucketEnds(counts, buckets);
  for (let index = length - 1; index >= 0; index -= 1) {
    if (index % PROGRESS_STEP === 0) onShare(1 - index / length / 2);
    const position = (suffixes[index] ?? 0) - 1;
    if (position < 0) continue;
    const symbol = text[position] ?? 0;
    const right = text[position + 1] ?? 0;
    const bucket = buckets[symbol] ?? 0;
    // Equal symbols are of the same type; the right one is S-type exactly when it lies in the part filled from the end.
    if (symbol > right || (symbol === right && bucket > index)) continue;
    suffixes[bucket - 1] = position;
    buckets[symbol] = bucket - 1;
  }
}

/**
 * Moves the LMS positions, sorted as they are, to the front and answers their number. After an induction a bucket's
 * pointer stands at its first S-type suffix.
 */
function gatherLms(text: Text, suffixes: Int32Array, buckets: Int32Array): number {
  let count = 0;
  for (let index = 0; index < suffixes.length; index += 1) {
    const position = suffixes[index] ?? 0;
    const symbol = text[position] ?? 0;
    if (position > 0 && index >= (buckets[symbol] ?? 0) && (text[position - 1] ?? 0) > symbol) suffixes[count++] = position;
  }
  return count;
}

/**
 * Writes the name of every LMS substring behind the positions, at half of its own position, which no two share; -1 fills
 * the rest. Answers the number of names. Equal length and symbols make substrings equal, since both end in an LMS position.
 */
function nameSubstrings(text: Text, suffixes: Int32Array, lmsCount: number): number {
  const slots = suffixes.subarray(lmsCount).fill(-1);
  let right = -1;
  eachLms(text, (position) => {
    slots[position >> 1] = right < 0 ? 0 : right - position;
    right = position;
  });
  let names = 0;
  let before = -1;
  let beforeLength = 0;
  for (let index = 0; index < lmsCount; index += 1) {
    const position = suffixes[index] ?? 0;
    const length = slots[position >> 1] ?? 0;
    // The last one, of length 0 here, ends with the text and equals no other.
    const isSame = before >= 0 && length > 0 && length === beforeLength && isEqual(text, position, before, length + 1);
    if (!isSame) {
      names += 1;
      before = position;
      beforeLength = length;
    }
    slots[position >> 1] = names - 1;
  }
  return names;
}

function isEqual(text: Text, left: number, right: number, length: number): boolean {
  for (let offset = 0; offset < length; offset += 1) if (text[left + offset] !== text[right + offset]) return false;
  return true;
}
