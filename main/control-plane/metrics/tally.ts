import { boundLabels, MAX_LABEL_VALUES, OTHER } from "#shared/domain/metrics/bounded-labels.ts";
import type { MetricFamily, MetricSample } from "#shared/domain/metrics/metric-family.ts";
import { COUNTERS, type CounterPlan } from "./counters.ts";

/** The name of a counter. */
export type CounterName = keyof typeof COUNTERS;

/** A value for each label of a counter, of those that its plan lists. */
export type CounterLabels<N extends CounterName> = {
  readonly [L in keyof (typeof COUNTERS)[N]["labels"]]: (typeof COUNTERS)[N]["labels"][L] extends readonly (infer V)[] ? V : string;
};

type Series = { readonly labels: Readonly<Record<string, string>>; value: number };

/** Counts since the start of this process. Called where something has been committed; cheap enough for every report. */
export class Tally {
  readonly #series = new Map<CounterName, Map<string, Series>>();
  readonly #named = new Map<CounterName, Set<string>>();

  /** @param by at least 0, since counters never go back. */
  add<N extends CounterName>(name: N, labels: CounterLabels<N> & Readonly<Record<string, string>>, by = 1): void {
    const own: Record<string, string> = {};
    const plan: CounterPlan = COUNTERS[name];
    for (const [label, value] of Object.entries(labels)) own[label] = plan.labels[label] === "named" ? this.#bound(name, value) : value;
    const series = this.#series.get(name) ?? new Map<string, Series>();
    this.#series.set(name, series);
    const key = Object.values(own).join("\n");
    const known = series.get(key);
    if (known === undefined) series.set(key, { labels: own, value: by });
    else known.value += by;
  }

  /** Every counter. Those whose labels are all listed begin at 0, so that the first event shows as a change. */
  families(): readonly MetricFamily[] {
    return counterNames().map((name) => {
      const plan: CounterPlan = COUNTERS[name];
      const counted = [...(this.#series.get(name)?.values() ?? [])];
      return { name, help: plan.help, kind: "counter", samples: [...boundLabels([...zeroes(plan), ...counted])] };
    });
  }

  #bound(name: CounterName, value: string): string {
    const known = this.#named.get(name) ?? new Set();
    this.#named.set(name, known);
    if (!known.has(value) && known.size >= MAX_LABEL_VALUES) return OTHER;
    known.add(value);
    return value;
  }
}

// Why the cast: Object.keys forgets the names, which are those of the very object that CounterName is made of.
const counterNames = (): readonly CounterName[] => Object.keys(COUNTERS) as CounterName[];

/** Every combination of the listed values; nothing for a counter with a label that operators name. */
function zeroes({ labels }: CounterPlan): readonly MetricSample[] {
  let all: Record<string, string>[] = [{}];
  for (const [label, values] of Object.entries(labels)) {
    if (values === "named") return [];
    all = all.flatMap((one) => values.map((value) => ({ ...one, [label]: value })));
  }
  return all.map((one) => ({ labels: one, value: 0 }));
}
