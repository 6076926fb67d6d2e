import type { RunSpec } from "./run-spec.ts";

/** A field by its path, as the file has it: `probe.url`, `sockets.0.port`. */
export type FlatField = readonly [path: string, value: string];

/**
 * Every field of a run spec that says something, in the order of the schema, with its value as text. Variables stand each
 * by itself; lists of words stay one line of JSON, since their order counts. It knows no field by name, so that one that
 * comes later is compared and explained without a line here.
 */
export function flattenRunSpec(spec: Partial<RunSpec>): readonly FlatField[] {
  return flatten(spec, "");
}

function flatten(value: unknown, path: string): readonly FlatField[] {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
  if (Array.isArray(value) && !value.some((one) => typeof one === "object")) return [[path, JSON.stringify(value)]];
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, part]) => flatten(part, path === "" ? name : `${path}.${name}`));
}

/** What every account of a run spec tells in words of its own. */
const TOLD_IN_WORDS: ReadonlySet<string> = new Set([
  "command",
  "arguments",
  "environment",
  "installAs",
  "probe",
  "probationMs",
  "crashLimit",
  "startDeadlineMs",
  "stopDeadlineMs",
]);

/**
 * The fields that stand in an account of a run spec under the name that its file has for them, so that none is left out.
 *
 * @param alsoTold fields that this account tells in words, too.
 */
export function furtherFields(spec: Partial<RunSpec>, alsoTold: readonly string[] = []): readonly FlatField[] {
  const isTold = (name: string): boolean => TOLD_IN_WORDS.has(name) || alsoTold.includes(name);
  return flattenRunSpec(spec).filter(([path]) => !isTold(path.split(".")[0] ?? ""));
}
