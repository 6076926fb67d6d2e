import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { MetricFamily } from "#shared/domain/metrics/metric-family.ts";

/** The media type of {@link MetricsText.write}. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * Writes metrics in the Prometheus text format (version 0.0.4), with those of this process: memory, processor, event loop,
 * garbage collection. It watches the event loop from when it is made on.
 */
export class MetricsText {
  readonly #process = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#process });
  }

  async write(families: readonly MetricFamily[]): Promise<string> {
    const own = new Registry();
    for (const family of families) register(own, family);
    return `${await own.metrics()}${await this.#process.metrics()}`;
  }
}

function register(registry: Registry, { name, help, kind, samples }: MetricFamily): void {
  // Without a label the library would write a 0 of its own for what has no samples, and alerts would go off.
  const labelNames = samples.length === 0 ? ["none"] : Object.keys(samples[0]?.labels ?? {});
  const options = { name, help, labelNames, registers: [registry] };
  if (kind === "gauge") {
    const metric = new Gauge(options);
    for (const { labels, value } of samples) metric.set(labels, value);
  } else {
    const metric = new Counter(options);
    for (const { labels, value } of samples) metric.inc(labels, value);
  }
}
