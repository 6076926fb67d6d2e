import { readFile } from "node:fs/promises";
import { z } from "zod";
import { OPERATION_FAMILIES, type Operation } from "./fault.ts";

const operation = z.object({ at: z.int(), family: z.enum(OPERATION_FAMILIES), name: z.string(), about: z.string() });

/** Reads what a run logged of its operations; none where there is no log. */
export async function readOperations(log: string): Promise<readonly Operation[]> {
  const text = await readFile(log, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => operation.parse(JSON.parse(line)));
}
