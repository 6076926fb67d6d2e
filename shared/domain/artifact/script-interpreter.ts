import { byteReader } from "./byte-reader.ts";

/** What the kernel starts for a script: the file of its `#!` line, and what `env` then looks for on the search path. */
export type ScriptInterpreter = { readonly path: string; readonly program: string | undefined };

/** The kernel reads no more of the line (BINPRM_BUF_SIZE). */
const LINE_BYTES = 254;

/**
 * Reads the `#!` line as the kernel does, which takes a carriage return for a part of the name. Undefined when there is
 * none, or when it names no absolute path in ASCII, about which nothing can be said.
 */
export function readScriptInterpreter(head: Uint8Array): ScriptInterpreter | undefined {
  const reader = byteReader(head, true);
  if (!reader.startsWith([0x23, 0x21])) return undefined;
  const line = reader.text(2, LINE_BYTES)?.split("\n")[0] ?? "";
  const [path = "", ...rest] = line.split(/[ \t]+/).filter((word) => word !== "");
  if (!/^\/[\x21-\x7e\r]+$/.test(path)) return undefined;
  const program = path.endsWith("/env") ? rest.find((word) => !word.startsWith("-") && !word.includes("=")) : undefined;
  return { path, program };
}
