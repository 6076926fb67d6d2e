/** Whether everything is tried (`npm run test:compromise`), or a sample that every run of `npm test` can afford. */
export const isExhaustive = import.meta.env.MODE === "exhaustive";

/** The seed of what is sampled, printed with every table; the same seed tries the same. */
export const SEED = Number(process.env["ROLLCALL_COMPROMISE_SEED"] ?? 20_261_121);

/** All of the first `count` numbers, or as many of them as a sample has. */
export function positions(count: number, sample: number, random: () => number): readonly number[] {
  if (isExhaustive || count <= sample) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: sample }, () => Math.floor(random() * count));
}
