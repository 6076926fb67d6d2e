import { FAULT_KINDS, type FaultKind } from "./fault.ts";

/** What came of the points of one scenario and one kind of fault. `notReached` is one whose run was over before its operation came. */
export type Count = { held: number; broken: number; notReached: number };

/** What came of one scenario: how many operations it has, and its points by kind of fault. */
export type Tally = {
  readonly scenario: string;
  readonly operations: number;
  readonly seconds: number;
  readonly kinds: Readonly<Partial<Record<FaultKind | "random kill", Count>>>;
};

/** All points of some tallies together. */
export function sumOf(tallies: readonly Tally[]): Count {
  const counts = tallies.flatMap(({ kinds }) => Object.values(kinds));
  const sum = (pick: (count: Count) => number): number => counts.reduce((total, one) => total + pick(one), 0);
  return { held: sum(({ held }) => held), broken: sum(({ broken }) => broken), notReached: sum(({ notReached }) => notReached) };
}

const COLUMNS = [...FAULT_KINDS, "random kill"] as const;

/** A row for each scenario: points that held by kind of fault, then what did not hold and what was not reached. */
export function tableOf(tallies: readonly Tally[]): Record<string, Record<string, number>> {
  const rows = tallies.map((tally) => {
    const { broken, notReached, held } = sumOf([tally]);
    const byKind = COLUMNS.map((kind) => [kind, tally.kinds[kind]?.held ?? 0] as const);
    const { operations, seconds } = tally;
    return [tally.scenario, { operations, ...Object.fromEntries(byKind), held, broken, notReached, seconds }] as const;
  });
  return Object.fromEntries(rows);
}
