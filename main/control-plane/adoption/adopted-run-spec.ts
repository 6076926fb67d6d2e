import { runSpec, type RunSpec } from "#shared/domain/release/run-spec.ts";
import type { InspectedRelease } from "../store/store-browser.ts";

/**
 * How an adopted release is run: as our own release manifest says it, when a key that was given has signed for it and it
 * is of the same product; else by the defaults, until somebody says it. Nobody's word counts without a signature, since
 * a run spec is a command line.
 */
export function adoptedRunSpec({ productId, detail, verdict }: InspectedRelease): RunSpec {
  const { manifest } = detail;
  return verdict.kind === "verified" && manifest?.productId === productId ? manifest.runSpec : runSpec.parse({});
}
