import type { RunSpec } from "./run-spec.ts";

/** What stands for the path of the installed file in a command or an argument; of an unpacked release, for its folder. */
export const ARTIFACT_PLACEHOLDER = "{artifact}";
/** What stands for the folder of the version: that of the installed file, or that of the unpacked files. */
export const SLOT_PLACEHOLDER = "{slot}";

/** A program with its arguments, as it is started without a shell. */
export type CommandLine = { readonly command: string; readonly args: readonly string[] };

/** What names a program: a run spec, its probe, its hooks. `unpack` is the run spec's. */
export type NamedCommand = {
  readonly command?: string | undefined;
  readonly arguments: readonly string[];
  readonly unpack?: RunSpec["unpack"];
};

/** The folder that {@link SLOT_PLACEHOLDER} stands for. */
export function slotFolderOf({ unpack }: Pick<NamedCommand, "unpack">, artifactPath: string): string {
  return unpack === true ? artifactPath : artifactPath.slice(0, Math.max(0, artifactPath.lastIndexOf("/")));
}

/**
 * What a host starts for a run spec: agent and preview share it, so that what people see is what runs. In an unpacked
 * release a command such as `bin/web` or `./web` is one of its files; a bare name is looked for on the host, as ever.
 */
export function commandLineOf(spec: NamedCommand, artifactPath: string): CommandLine {
  const slot = slotFolderOf(spec, artifactPath);
  const place = (text: string): string => text.replaceAll(ARTIFACT_PLACEHOLDER, artifactPath).replaceAll(SLOT_PLACEHOLDER, slot);
  const args = spec.arguments.map(place);
  if (spec.command === undefined) return { command: artifactPath, args };
  const command = place(spec.command);
  const isOwn = spec.unpack === true && command.includes("/") && !command.startsWith("/");
  return { command: isOwn ? `${slot}/${command.replace(/^(?:\.\/+)+/, "")}` : command, args };
}
