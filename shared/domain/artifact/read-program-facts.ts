import { readElfFacts } from "./elf-facts.ts";
import { readMachOFacts } from "./mach-o-facts.ts";
import { readPeFacts } from "./pe-facts.ts";
import type { Platform } from "./platform.ts";
import type { ProgramFacts } from "./program-facts.ts";
import { boundedSource, type RangeSource } from "./range-source.ts";

const BUDGET_BYTES = 4 * 1024 * 1024;

/**
 * Reads which libraries and which loader a program needs; of a universal binary, those of `platform`. Undefined when it
 * is no program that we can read. Reads at most 4 MiB and never throws by what the bytes are.
 */
export async function readProgramFacts(source: RangeSource, platform: Platform): Promise<ProgramFacts | undefined> {
  const bounded = boundedSource(source, BUDGET_BYTES);
  return (await readElfFacts(bounded)) ?? (await readMachOFacts(bounded, platform)) ?? readPeFacts(bounded);
}
