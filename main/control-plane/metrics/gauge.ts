import { boundLabels } from "#shared/domain/metrics/bounded-labels.ts";
import type { MetricFamily, MetricSample } from "#shared/domain/metrics/metric-family.ts";

/** What is the case now, under one name; with labels bounded. `help` is a sentence to people. */
export function gauge(name: `rollcall_${string}`, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, help, kind: "gauge", samples: [...boundLabels(samples)] };
}

/** Rows of a count, each with its labels in columns of these names and the number in `count`. */
export function countSamples<L extends string>(rows: readonly (Record<L, string> & { readonly count: number })[], labels: readonly L[]) {
  return rows.map((row) => ({ labels: Object.fromEntries(labels.map((label) => [label, row[label]])), value: Number(row.count) }));
}

/** One number without labels. */
export const only = (value: number): readonly MetricSample[] => [{ labels: {}, value }];
