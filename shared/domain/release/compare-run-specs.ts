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
<<<<<<< HEAD
=======

/** Fields by name with their values as text. Variables stand each by itself; arguments stay one line, since their order counts. */
function flatten(spec: RunSpec): ReadonlyMap<string, string> {
  const { command, arguments: args, environment, probe, installAs, sockets, ...numbers } = spec;
  return new Map<string, string>([
    ...(command === undefined ? [] : [["command", command] as const]),
    ...(args.length === 0 ? [] : [["arguments", JSON.stringify(args)] as const]),
    ...Object.entries(environment).map(([name, value]) => [`environment.${name}`, value] as const),
    ...(installAs === undefined ? [] : [["installAs", installAs] as const]),
    ...Object.entries(probe ?? {}).map(([name, value]) => [`probe.${name}`, String(value)] as const),
    ...(sockets === undefined ? [] : [["sockets", JSON.stringify(sockets)] as const]),
    ...Object.entries(numbers).map(([name, value]) => [name, String(value)] as const),
  ]);
}
>>>>>>> 02ff4c8 (WIP sockets)
