/** Whether everything is tried (`npm run test:compromise`), or a sample that every run of `npm test` can afford. */
export const isExhaustive = import.meta.env.MODE === "exhaustive";

/** The seed of what is sampled, printed with every table; the same seed tries the same. */
export const SEED = Number(process.env["ROLLCALL_COMPROMISE_SEED"] ?? 20_261_121);

/** Numbers in [0, 1) that the seed decides (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** All of the first `count` numbers, or as many of them as a sample has. */
export function positions(count: number, sample: number, random: () => number): readonly number[] {
  if (isExhaustive || count <= sample) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: sample }, () => Math.floor(random() * count));
}
