/** What one run of a measurement found. `yardstick` was measured in the same run, on the same machine, under the same load. */
export type Sample = { readonly value: number; readonly yardstick?: number };

/**
 * The promise that an entry is held to: `ratio` compares the value with its yardstick, `value` stands by itself.
 * `record` promises nothing; it is written down so that a change shows.
 */
export type Budget =
  | { readonly of: "value" | "ratio"; readonly is: "at least" | "at most"; readonly limit: number; readonly source: string }
  | { readonly of: "record" };

/** One thing that `npm run bench` measures. Each entry is a file of `entries/` and runs in a process of its own. */
export type BenchEntry = {
  readonly name: string;
  /** What is measured, against what, in one sentence. */
  readonly about: string;
  readonly unit: string;
  readonly budget: Budget;
  /** How often `measure` is called; the median is what counts. */
  readonly runs: number;
  /** One whole run: starts what it needs, measures, stops it. */
  readonly measure: () => Promise<Sample>;
};

/** A line of the report, as it stands in the table and in the JSON file. */
export type BenchResult = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly yardstick: number | null;
  readonly ratio: number | null;
  /** The promise in words: "ratio at least 0.3". */
  readonly budget: string | null;
  readonly within: boolean;
};
