import type { MetricSample } from "./metric-family.ts";

/** Values that one label of one family has at most: what watches us must not run out of memory by our doing. */
export const MAX_LABEL_VALUES = 200;

/** What stands for all values beyond the bound. */
export const OTHER = "other";

/**
 * Keeps the first {@link MAX_LABEL_VALUES} values of each label and adds up the rest as `other`; samples with the same
 * labels become one.
 */
export function boundLabels(samples: readonly MetricSample[], most = MAX_LABEL_VALUES): readonly MetricSample[] {
  const known = new Map<string, Set<string>>();
  const bound = (label: string, value: string): string => {
    const values = known.get(label) ?? new Set();
    known.set(label, values);
    if (!values.has(value) && values.size >= most) return OTHER;
    values.add(value);
    return value;
  };
  const found = new Map<string, MetricSample>();
  for (const { labels, value } of samples) {
    const own = Object.fromEntries(Object.entries(labels).map(([label, text]) => [label, bound(label, text)]));
    const key = JSON.stringify(own);
    found.set(key, { labels: own, value: (found.get(key)?.value ?? 0) + value });
  }
  return [...found.values()];
}
