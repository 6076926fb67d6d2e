import { readFile } from "node:fs/promises";
import { readRunSpecDocument } from "#shared/domain/release/read-run-spec-document.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { AppError } from "#shared/errors/app-error.ts";

/** A run spec from a JSON file. @throws AppError INPUT_INVALID for a file that cannot be read or is none. */
export async function readRunSpec(path: string): Promise<RunSpec> {
  const { spec, problems = [] } = readRunSpecDocument(await readDocument(path));
  if (spec !== undefined) return spec;
  const reasons = problems.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`)).join("; ");
  throw new AppError("INPUT_INVALID", `The run spec ${path} is not acceptable: ${reasons.slice(0, 500)}. Nothing was published.`);
}

async function readDocument(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.slice(0, 300) : "unreadable";
    throw new AppError("INPUT_INVALID", `The run spec ${path} is not acceptable: ${reason}. Nothing was published.`, { cause });
  }
}
