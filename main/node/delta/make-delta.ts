import { hash } from "node:crypto";
import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";
import type { OnDeltaProgress } from "./delta-progress.ts";
import { approximateMatches, type MatchStep } from "./approximate-matches.ts";
import { encodeHeader, type DeltaEnds } from "./delta-header.ts";

const compress = promisify(zstdCompress);

/** How a delta is made: `matches` is smallest and slow, `dictionary` takes seconds and more memory to apply. */
export type DeltaCodec = "matches" | "dictionary";

/** Window of the frames of `matches`: decoders need this much memory per frame, and larger windows gain under 1 %. */
export const MATCHES_WINDOW_LOG = 22;

/**
 * Makes the delta from `old` to `fresh`, as the pieces of its file. Both are held in memory, with up to eight times the
 * old size for `matches`, fifteen for `dictionary`: run it in a process of its own.
 *
 * @param old at least one byte, as `fresh`; both at most MAX_DELTA_SIDE_BYTES.
 * @param onProgress hears how far it is. The compressing is one call of the library: it begins at 0 and is over.
 */
export function makeDelta(
  old: Uint8Array,
  fresh: Uint8Array,
  codec: DeltaCodec,
  onProgress: OnDeltaProgress = () => undefined,
): Promise<readonly Uint8Array[]> {
  const ends = { oldBytes: old.length, newBytes: fresh.length, oldSha256: hash("sha256", old), newSha256: hash("sha256", fresh) };
  if (codec === "matches") return byMatches(old, fresh, { ends, onProgress });
  onProgress("compressing", 0);
  return byDictionary(old, fresh, ends);
}

type Around = { readonly ends: DeltaEnds; readonly onProgress: OnDeltaProgress };

async function byMatches(old: Uint8Array, fresh: Uint8Array, { ends, onProgress }: Around): Promise<readonly Uint8Array[]> {
  const steps: MatchStep[] = [];
  // Both streams together are exactly as long as the new bytes: one grows from the front, the other lies behind it.
  let differences = 0;
  for (const step of approximateMatches(old, fresh, onProgress)) {
    steps.push(step);
    differences += step.diffLength;
  }
  const difference = new Uint8Array(differences);
  const extra = new Uint8Array(fresh.length - differences);
  fillStreams(old, fresh, steps, { difference, extra });
  onProgress("compressing", 0);
  const [control, ...rest] = await Promise.all([controlColumns(steps), difference, extra].map((stream) => pack(stream)));
  const [packedDifference, packedExtra] = rest;
  if (control === undefined || packedDifference === undefined || packedExtra === undefined) throw new TypeError("three streams are packed");
  const frames = [control.length, packedDifference.length, packedExtra.length] as const;
  return [encodeHeader({ ...ends, codec: "matches", steps: steps.length, frames }), control, packedDifference, packedExtra];
}

function fillStreams(
  old: Uint8Array,
  fresh: Uint8Array,
  steps: readonly MatchStep[],
  into: { readonly difference: Uint8Array; readonly extra: Uint8Array },
): void {
  let differenceAt = 0;
  let extraAt = 0;
  for (const { newPosition, oldPosition, diffLength, extraLength } of steps) {
    for (let index = 0; index < diffLength; index += 1)
      into.difference[differenceAt++] = (fresh[newPosition + index] ?? 0) - (old[oldPosition + index] ?? 0);
    into.extra.set(fresh.subarray(newPosition + diffLength, newPosition + diffLength + extraLength), extraAt);
    extraAt += extraLength;
  }
}

/** All first lengths, then all second ones, then all jumps: numbers of a kind compress better side by side. Little endian. */
function controlColumns(steps: readonly MatchStep[]): Uint8Array {
  const columns = new DataView(new ArrayBuffer(steps.length * 12));
  let reached = 0;
  for (const [index, step] of steps.entries()) {
    columns.setInt32(index * 4, step.diffLength, true);
    columns.setInt32((steps.length + index) * 4, step.extraLength, true);
    columns.setInt32((2 * steps.length + index) * 4, step.oldPosition - reached, true);
    reached = step.oldPosition + step.diffLength;
  }
  return new Uint8Array(columns.buffer);
}

function pack(stream: Uint8Array): Promise<Uint8Array> {
  return compress(stream, {
    params: {
      [constants.ZSTD_c_compressionLevel]: 19,
      [constants.ZSTD_c_windowLog]: MATCHES_WINDOW_LOG,
      [constants.ZSTD_c_contentSizeFlag]: 1,
    },
    pledgedSrcSize: stream.length,
  });
}

const LARGEST_TABLE_LOG = 28;
const LARGEST_WINDOW_LOG = 31;

/**
 * The new bytes with the old ones as a dictionary. Tables as large as the dictionary are what makes it work: with the
 * level's own, matches in a dictionary of 100 MB are hardly ever found.
 */
async function byDictionary(old: Uint8Array, fresh: Uint8Array, ends: DeltaEnds): Promise<readonly Uint8Array[]> {
  const tableLog = Math.min(LARGEST_TABLE_LOG, Math.max(10, Math.floor(Math.log2(old.length))));
  const frame = await compress(fresh, {
    dictionary: old,
    pledgedSrcSize: fresh.length,
    chunkSize: 1 << 20,
    params: {
      [constants.ZSTD_c_compressionLevel]: 9,
      [constants.ZSTD_c_windowLog]: Math.min(LARGEST_WINDOW_LOG, Math.max(10, Math.ceil(Math.log2(old.length + fresh.length)))),
      [constants.ZSTD_c_hashLog]: tableLog,
      [constants.ZSTD_c_chainLog]: tableLog,
    },
  });
  return [encodeHeader({ ...ends, codec: "dictionary", frames: [frame.length] }), frame];
}
