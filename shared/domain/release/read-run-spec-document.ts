import { runSpec, type RunSpec } from "./run-spec.ts";

/** One thing that is wrong, at the field's path: `probe.port`; the empty path is the document as a whole. */
export type RunSpecProblem = { readonly field: string; readonly message: string };

/** What a document amounts to. */
export type RunSpecDocument =
  | { readonly spec: RunSpec; readonly problems?: never }
  | { readonly spec?: never; readonly problems: readonly RunSpecProblem[] };

/**
 * Reads a run spec that a person wrote. Stricter than the schema: a field that nobody knows is a typing error here,
 * while in a signed manifest it is what a newer control plane has to say.
 */
export function readRunSpecDocument(document: unknown): RunSpecDocument {
  const parsed = runSpec.safeParse(document);
  const wrong = parsed.success ? [] : parsed.error.issues.map(({ path, message }) => ({ field: path.map(String).join("."), message }));
  const unknown = (parsed.success ? strangeFields(document, parsed.data, "") : strangeNames(document)).map((field) => ({
    field,
    message: "There is no such field.",
  }));
  const problems = [...wrong, ...unknown];
  return parsed.success && problems.length === 0 ? { spec: parsed.data } : { problems };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

function strangeNames(document: unknown): readonly string[] {
  return isObject(document) ? Object.keys(document).filter((name) => !Object.hasOwn(runSpec.shape, name)) : [];
}

/** What the schema left out of what was given. */
function strangeFields(given: unknown, taken: unknown, path: string): readonly string[] {
  if (!isObject(given) || !isObject(taken)) return [];
  return Object.entries(given).flatMap(([name, value]) => {
    const field = path === "" ? name : `${path}.${name}`;
    return Object.hasOwn(taken, name) ? strangeFields(value, taken[name], field) : [field];
  });
}
