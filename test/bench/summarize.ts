import type { BenchEntry, BenchResult, Budget, Sample } from "./entry.ts";

/** The middle of the numbers; of an even count, the mean of the two in the middle. NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return Number.NaN;
  const lower = sorted.length % 2 === 0 ? sorted[middle - 1] : upper;
  return ((lower ?? upper) + upper) / 2;
}

/**
 * One line out of several runs. The ratio is the median of the runs' own ratios: each run compares two things under the
 * same load, which the two medians by themselves would not.
 */
export function summarize(entry: Omit<BenchEntry, "measure">, samples: readonly Sample[]): BenchResult {
  const value = median(samples.map((sample) => sample.value));
  const compared = samples.flatMap((sample) => (sample.yardstick === undefined ? [] : [{ ...sample, yardstick: sample.yardstick }]));
  // Nothing is a multiple of nothing.
  const divisible = compared.filter((sample) => sample.yardstick !== 0);
  const ratio = divisible.length === 0 ? null : median(divisible.map((sample) => sample.value / sample.yardstick));
  return {
    name: entry.name,
    value: round(value),
    unit: entry.unit,
    yardstick: compared.length === 0 ? null : round(median(compared.map((sample) => sample.yardstick))),
    ratio: ratio === null ? null : round(ratio),
    budget: words(entry.budget),
    within: isWithin(entry.budget, value, ratio),
  };
}

/** Of the whole run: 1 for a budget that is not kept, else 2 for what could not be measured, else 0. */
export function exitCode(results: readonly BenchResult[], unmeasured: readonly string[]): 0 | 1 | 2 {
  if (results.some((result) => !result.within)) return 1;
  return unmeasured.length > 0 ? 2 : 0;
}

function isWithin(budget: Budget, value: number, ratio: number | null): boolean {
  if (budget.of === "record") return true;
  const measured = budget.of === "value" ? value : ratio;
  if (measured === null || Number.isNaN(measured)) return false;
  return budget.is === "at least" ? measured >= budget.limit : measured <= budget.limit;
}

function words(budget: Budget): string | null {
  return budget.of === "record" ? null : `${budget.of} ${budget.is} ${budget.limit}`;
}

/** Four significant digits: more would be noise. */
function round(number: number): number {
  return Number(number.toPrecision(4));
}
