import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { decodeHeader, encodeHeader, HEADER_BYTES } from "#main/node/delta/delta-header.ts";

/** Numbers in [0, 1). */
export type Random = () => number;

/** Numbers that decoders get wrong: around nothing, around what 31 and 32 bits hold. */
const AWKWARD = [0, 1, -1, 2, 255, 65_536, 0x7fffffff, -0x80000000, 0x7ffffffe] as const;

/** A whole number below `end`. */
export const below = (random: Random, end: number): number => Math.floor(random() * end);
/** One of a list; undefined of an empty one. */
export const oneOf = <T>(random: Random, all: readonly T[]): T | undefined => all[below(random, all.length)];

function flipBytes(delta: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(delta);
  for (let left = 1 + below(random, 4); left > 0; left -= 1) {
    const at = below(random, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 + below(random, 255));
  }
  return bytes;
}

function changeHeader(delta: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(delta);
  bytes.writeInt32LE(oneOf(random, AWKWARD) ?? 0, below(random, HEADER_BYTES.matches - 4));
  return bytes;
}

function cut(delta: Buffer, random: Random): Buffer {
  return delta.subarray(0, below(random, delta.length));
}

function grow(delta: Buffer, random: Random): Buffer {
  return Buffer.concat([delta, delta.subarray(0, 1 + below(random, 64))]);
}

function repeatPart(delta: Buffer, random: Random): Buffer {
  const [from, to] = [below(random, delta.length), below(random, delta.length)];
  const part = delta.subarray(from, from + 1 + below(random, 200));
  const bytes = Buffer.from(delta);
  part.copy(bytes, to);
  return bytes;
}

/** Other steps in a frame that is sound, so that what checks the steps is reached and not only what unpacks them. */
function changeSteps(delta: Buffer, random: Random): Buffer {
  const header = decodeHeader(delta, delta.length);
  if (header.codec !== "matches") return flipBytes(delta, random);
  const start = HEADER_BYTES.matches;
  const columns = zstdDecompressSync(delta.subarray(start, start + header.frames[0]));
  for (let left = 1 + below(random, 3); left > 0; left -= 1) {
    const at = 4 * below(random, columns.length / 4);
    const nudged = (columns.readInt32LE(at) + below(random, 9) - 4) | 0;
    columns.writeInt32LE(random() < 0.5 ? nudged : (oneOf(random, AWKWARD) ?? 0), at);
  }
  const control = zstdCompressSync(columns, { params: { [constants.ZSTD_c_contentSizeFlag]: below(random, 2) } });
  const changed = { ...header, frames: [control.length, header.frames[1], header.frames[2]] as const };
  return Buffer.concat([encodeHeader(changed), control, delta.subarray(start + header.frames[0])]);
}

const DAMAGES = [flipBytes, flipBytes, flipBytes, changeHeader, cut, grow, repeatPart] as const;
const MUTATIONS = [...DAMAGES, changeSteps, changeSteps] as const;

/** Damaged bytes of any delta, whatever they mean. */
export function damageBytes(delta: Buffer, random: Random): Buffer {
  return (oneOf(random, DAMAGES) ?? flipBytes)(delta, random);
}

/** One damaged form of a delta, chosen by the numbers of `random`. It may happen to be the delta itself. */
export function mutateDelta(delta: Buffer, random: Random): Buffer {
  return (oneOf(random, MUTATIONS) ?? flipBytes)(delta, random);
}
