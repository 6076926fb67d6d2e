import { byteReader } from "./byte-reader.ts";
import type { HeaderFacts } from "./header-facts.ts";

/** Recognises a script by its `#!` line. It runs wherever its interpreter is, which the publisher is told. */
export function readScriptHeader(head: Uint8Array): HeaderFacts | undefined {
  const reader = byteReader(head, true);
  if (!reader.startsWith([0x23, 0x21])) return undefined;
  const line =
    reader
      .text(2, 200)
      ?.split(/[\r\n]/)[0]
      ?.trim() ?? "";
  const interpreter = interpreterOf(line).replaceAll(/[^\x21-\x7e]/g, "");
  const name = interpreter.split("/").at(-1) ?? "";
  return {
    format: "script",
    kind: name === "" ? "script" : `${name.slice(0, 40)} script`,
    platforms: ["any"],
    advice: interpreter === "" ? [] : [`This script needs ${interpreter} on every host.`],
  };
}

/** `/usr/bin/env -S node --flag` runs node: options and variables of env are passed over. */
function interpreterOf(line: string): string {
  const [first = "", ...rest] = line.split(/\s+/);
  if (!first.endsWith("/env")) return first;
  return rest.find((word) => !word.startsWith("-") && !word.includes("=")) ?? first;
}
