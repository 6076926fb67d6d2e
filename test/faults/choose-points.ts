import { seededRandom } from "#test/builders/seeded-random.ts";
import { faultKindsOf, type FaultKind, type Operation } from "./fault.ts";
import type { Point } from "./run-point.ts";

/** What the command line leaves of all points. */
export type PointFilter = { readonly at: number | undefined; readonly kind: FaultKind | undefined };

/** How many points are wanted: at least so many, and not before every operation was cut once; or every fault at every operation. */
export type HowMany = number | "all";

const EVERYTHING: PointFilter = { at: undefined, kind: undefined };

/** So many of all points, as the seed chooses them: what every run of `npm test` can afford. */
export function samplePoints(operations: readonly Operation[], seed: number, count: number): readonly Point[] {
  const random = seededRandom(seed);
  return choosePoints(operations, seed, "all", EVERYTHING)
    .map((point) => ({ point, order: random() }))
    .toSorted((left, right) => left.order - right.order)
    .slice(0, count)
    .map(({ point }) => point);
}

/**
 * Goes through all operations again and again: each meets one of the faults that make sense there, the next time the next
 * one. Which comes first, the seed says, so that runs with other seeds meet the others. Once all had their turn they come
 * again with another seed each: a power cut takes something else then.
 */
export function choosePoints(
  operations: readonly Operation[],
  seed: number,
  howMany: HowMany,
  { at, kind }: PointFilter,
): readonly Point[] {
  const wanted = operations
    .filter((one) => at === undefined || one.at === at)
    .map((one) => ({ at: one.at, kinds: faultKindsOf(one).filter((each) => kind === undefined || each === kind) }))
    .filter(({ kinds }) => kinds.length > 0);
  const rounds = Math.max(0, ...wanted.map(({ kinds }) => kinds.length));
  const isAll = howMany === "all" || at !== undefined;
  const points: Point[] = [];
  for (let round = 0; isAll ? round < rounds : wanted.length > 0 && (round === 0 || points.length < howMany); round += 1) {
    const turn = wanted.filter(({ kinds }) => !isAll || round < kinds.length);
    points.push(...turn.map((one) => ({ at: one.at, kind: turnOf(one, seed + round), seed: seed + 1000 * round + one.at })));
  }
  return points;
}

function turnOf({ at, kinds }: { readonly at: number; readonly kinds: readonly FaultKind[] }, turn: number): FaultKind {
  const kind = kinds[(at + turn) % kinds.length];
  if (kind === undefined) throw new RangeError("An operation without a fault was asked for one.");
  return kind;
}
