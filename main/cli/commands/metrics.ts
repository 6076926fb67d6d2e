import type { MetricFamily } from "#shared/domain/metrics/metric-family.ts";
import type { Command } from "../command.ts";
import { table } from "../output.ts";

const metrics: Command = {
  words: ["metrics"],
  summary: "Show the numbers that /metrics gives to Prometheus: what is the case, and what was counted since the start",
  usage: "rollcall metrics",
  options: {},
  run: async ({ client, output }) => {
    const families = await client.system.metrics();
    output.result(families, table(["METRIC", "OF", "VALUE"], families.flatMap(toRows), "Nothing is counted."));
  },
};

function toRows({ name, samples }: MetricFamily): readonly (readonly string[])[] {
  return samples.map(({ labels, value }) => [
    name,
    Object.entries(labels)
      .map(([label, text]) => `${label}=${text}`)
      .join(" "),
    String(value),
  ]);
}

/** `rollcall metrics` */
export const metricsCommands: readonly Command[] = [metrics];
