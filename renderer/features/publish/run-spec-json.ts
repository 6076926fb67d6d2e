import { readRunSpecDocument, type RunSpecProblem } from "#shared/domain/release/read-run-spec-document.ts";
import { runSpec, type RunSpec } from "#shared/domain/release/run-spec.ts";
import type { RunSpecReading } from "./run-spec-reading.ts";

/** More than this is wrong with a text that is something else altogether. */
const MAX_PROBLEMS = 8;

/** A run spec as the JSON that the command line takes, too. */
export function toRunSpecJson(spec: RunSpec): string {
  return JSON.stringify(spec, null, 2);
}

/** Reads what was typed as JSON. Each problem names its line and its field. */
export function readRunSpecJson(text: string): RunSpecReading {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (thrown) {
    return { problems: { json: thrown instanceof Error ? thrown.message : "This is no JSON." } };
  }
  const { spec, problems } = readRunSpecDocument(document);
  if (spec !== undefined) return { spec };
  return { problems: { json: problems.slice(0, MAX_PROBLEMS).map(inWords(text)).join("\n") } };
}

/** The fields that a JSON text does not set, in the order of the schema. */
export function unsetFields(text: string): readonly string[] {
  return Object.keys(runSpec.shape).filter((name) => !text.includes(`"${name}"`));
}

const inWords =
  (text: string) =>
  ({ field, message }: RunSpecProblem): string =>
    field === "" ? message : `Line ${lineOf(text, field.split("."))}, ${field}: ${message}`;

/** The line of a field: each part of its path is looked for behind the one before. */
function lineOf(text: string, path: readonly string[]): number {
  const at = path.reduce((from, name) => {
    const found = text.indexOf(`"${name}"`, from);
    return found === -1 ? from : found;
  }, 0);
  return text.slice(0, at).split("\n").length;
}
