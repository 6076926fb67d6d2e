import type { RunSpec } from "./run-spec.ts";

/** What stands for the path of the installed file in a command or an argument. */
export const ARTIFACT_PLACEHOLDER = "{artifact}";

/** A program with its arguments, as it is started without a shell. */
export type CommandLine = { readonly command: string; readonly args: readonly string[] };

/** What a host starts for a run spec: agent and preview share it, so that what people see is what runs. */
export function commandLineOf(spec: Pick<RunSpec, "command" | "arguments">, artifactPath: string): CommandLine {
  const place = (text: string): string => text.replaceAll(ARTIFACT_PLACEHOLDER, artifactPath);
  return { command: spec.command === undefined ? artifactPath : place(spec.command), args: spec.arguments.map(place) };
}
