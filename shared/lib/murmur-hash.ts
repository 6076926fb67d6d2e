const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

const scramble = (block: number): number => Math.imul(rotateLeft(Math.imul(block, C1), 15), C2);

/** Spreads every bit of the state over all others: MurmurHash3's `fmix32`. */
function finish(state: number): number {
  let h = state;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * MurmurHash3 x86 32-bit of a text's UTF-8 bytes: the same unsigned number in every environment and for ever, so that
 * what is chosen by it can be shown beforehand. It spreads well and is no protection against anyone who picks inputs.
 */
export function murmurHash32(text: string, seed = 0): number {
  const bytes = new TextEncoder().encode(text);
  const byteAt = (index: number): number => bytes[index] ?? 0;
  const whole = bytes.length - (bytes.length % 4);
  let h = seed;
  for (let i = 0; i < whole; i += 4) {
    const block = byteAt(i) | (byteAt(i + 1) << 8) | (byteAt(i + 2) << 16) | (byteAt(i + 3) << 24);
    h = (Math.imul(rotateLeft(h ^ scramble(block), 13), 5) + 0xe6546b64) | 0;
  }
  // Bytes past the end read as zero, and a zero block scrambles to nothing.
  h ^= scramble(byteAt(whole) | (byteAt(whole + 1) << 8) | (byteAt(whole + 2) << 16));
  return finish(h ^ bytes.length);
}
