import { flattenRunSpec } from "./flatten-run-spec.ts";
import type { RunSpec } from "./run-spec.ts";

/** One value that differs between two run specs, named as the run spec's file has it: `probe.url`, `environment.PORT`. */
export type RunSpecChange = { readonly field: string; readonly before?: string; readonly after?: string };

/** Every field that differs, in the order of the run spec; absent on the side that does not have it. */
export function compareRunSpecs(before: RunSpec, after: RunSpec): readonly RunSpecChange[] {
  const [old, young] = [new Map(flattenRunSpec(before)), new Map(flattenRunSpec(after))];
  const fields = [...new Set([...old.keys(), ...young.keys()])];
  return fields
    .filter((field) => old.get(field) !== young.get(field))
    .map((field) => {
      const [was, is] = [old.get(field), young.get(field)];
      return { field, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) };
    });
}
