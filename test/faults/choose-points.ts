import { seededRandom } from "#test/builders/seeded-random.ts";
import { faultKindsOf, type FaultKind, type Operation } from "./fault.ts";
import type { Point } from "./run-point.ts";

/** What the command line leaves of all points. */
export type PointFilter = { readonly at: number | undefined; readonly kind: FaultKind | undefined };

/** So many of all points, as the seed chooses them: what every run of `npm test` can afford. */
export function samplePoints(operations: readonly Operation[], seed: number, count: number): readonly Point[] {
  const random = seededRandom(seed);
  const all = choosePoints(operations, seed, 0, { at: undefined, kind: undefined });
  return all
    .map((point) => ({ point, order: random() }))
    .toSorted((left, right) => left.order - right.order)
    .slice(0, count)
    .map(({ point }) => point);
}

/**
 * Every fault that makes sense at every operation, and all of them again with other seeds until there are `atLeast`: the
 * same number falls elsewhere when processes are scheduled otherwise, and a power cut takes something else.
 */
export function choosePoints(operations: readonly Operation[], seed: number, atLeast: number, { at, kind }: PointFilter): readonly Point[] {
  const once = operations.flatMap((one) => faultKindsOf(one).map((each) => ({ at: one.at, kind: each })));
  const wanted = once.filter((one) => (at === undefined || one.at === at) && (kind === undefined || one.kind === kind));
  const rounds = wanted.length === 0 || at !== undefined ? 1 : Math.max(1, Math.ceil(atLeast / wanted.length));
  return Array.from({ length: rounds }, (_, round) => wanted.map((one) => ({ ...one, seed: seed + 1000 * round + one.at }))).flat();
}
