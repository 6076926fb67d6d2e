/** Words that are looked at in one go. */
const STRIDE = 4;

/**
 * Adds `differing` to `piece`, byte by byte modulo 256. Most differences are zero, so that they are looked at four words
 * at a time.
 *
 * @param differing as long as `piece`; may begin anywhere in its buffer.
 */
export function addDifferences(piece: Uint8Array, differing: Uint8Array): void {
  const { buffer, byteOffset, length } = differing;
  // Words begin at multiples of four in the buffer, which fewer bytes than a stride might not reach.
  if (length < STRIDE * 4) return addBytes(piece, differing, 0, length);
  const head = -byteOffset & 3;
  const words = new Uint32Array(buffer, byteOffset + head, (length - head) >>> 2);
  addBytes(piece, differing, 0, head);
  let word = 0;
  for (const strided = words.length - (words.length % STRIDE); word < strided; word += STRIDE) {
    const all = (words[word] ?? 0) | (words[word + 1] ?? 0) | (words[word + 2] ?? 0) | (words[word + 3] ?? 0);
    if (all !== 0) addBytes(piece, differing, head + word * 4, head + (word + STRIDE) * 4);
  }
  addBytes(piece, differing, head + word * 4, length);
}

function addBytes(piece: Uint8Array, differing: Uint8Array, from: number, to: number): void {
  for (let index = from; index < to; index += 1) piece[index] = (piece[index] ?? 0) + (differing[index] ?? 0);
}
