import { z } from "zod";

/** One number with what tells it from others of its family. */
export const metricSample = z.object({ labels: z.record(z.string().max(64), z.string().max(200)), value: z.number() });
export type MetricSample = z.infer<typeof metricSample>;

/**
 * What is watched under one name, as Prometheus has it: a `gauge` is what is the case now, a `counter` only grows and
 * begins anew with a start. Names of counters end in `_total`, and names carry their unit.
 */
export const metricFamily = z.object({
  name: z
    .string()
    .regex(/^rollcall_[a-z_]+$/)
    .max(80),
  help: z.string().max(300),
  kind: z.enum(["gauge", "counter"]),
  samples: z.array(metricSample).max(10_000),
});
export type MetricFamily = z.infer<typeof metricFamily>;
