import { adviseOnRunSpec } from "#shared/domain/release/run-spec-advice.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import type { Output } from "./output.ts";

/** Says before anything is published what of its run spec is allowed and most likely not meant, as the console does. */
export function tellAdvice(output: Output, runSpec: RunSpec): void {
  for (const { field, text } of adviseOnRunSpec(runSpec)) output.note(`Advice on ${field}: ${text}`);
}
