import type { Probe } from "./probe.ts";

/** What makes a probe good, as the end of a sentence that begins with "well when". */
export function describeProbe(probe: Probe): string {
  switch (probe.kind) {
    case "http":
      return `${probe.url} answers ${probe.expectStatus}`;
    case "tcp":
      return `${probe.host === "::1" ? "[::1]" : probe.host}:${probe.port} accepts a connection`;
    case "exec":
      return `${[probe.command, ...probe.arguments].join(" ")} exits with 0`;
  }
}
