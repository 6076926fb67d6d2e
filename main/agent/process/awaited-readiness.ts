import type { Readiness } from "#shared/domain/release/readiness.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";

/** What makes a process ready: its own word, its probe's, or that it runs. */
export function awaitedReadiness(spec: Pick<RunSpec, "probe" | "readiness">): Readiness["kind"] | "running" {
  const { readiness, probe } = spec;
  if (readiness !== undefined && readiness.kind !== "probe") return readiness.kind;
  return probe === undefined ? "running" : "probe";
}
