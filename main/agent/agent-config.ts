import { hostname } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { AppError } from "#shared/errors/app-error.ts";
import { displayName } from "#shared/lib/scalars.ts";

/** What the agent was asked to do. */
export type AgentCommand =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | {
      readonly kind: "run";
      readonly state: string;
      readonly tokenSource: string | undefined;
      readonly name: string;
      readonly foregroundLog: boolean;
    }
  | { readonly kind: "status"; readonly state: string; readonly json: boolean };

const OPTIONS = {
  state: { type: "string" },
  "token-file": { type: "string" },
  name: { type: "string" },
  "foreground-log": { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

function usage(message: string, cause?: unknown): AppError {
  return new AppError("INPUT_INVALID", `${message} Nothing was started; see rollcall-agent --help.`, cause === undefined ? {} : { cause });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (cause) {
    // The argument itself is not repeated: it might be a token that someone put there by mistake.
    throw usage("The arguments are not understood.", cause);
  }
}

function hostName(given: string | undefined): string {
  const parsed = displayName.safeParse(given ?? hostname().slice(0, 80));
  if (parsed.success) return parsed.data;
  if (given === undefined) return "host";
  throw usage("--name must be 1 to 80 characters without control characters or outer spaces.");
}

/**
 * Reads the command line.
 *
 * @throws AppError INPUT_INVALID, without repeating an argument.
 */
export function readAgentCommand(args: readonly string[], isTerminal: boolean): AgentCommand {
  const { values, positionals } = parse(args);
  if (values.help === true) return { kind: "help" };
  if (values.version === true) return { kind: "version" };
  const [verb, ...rest] = positionals;
  if (verb === undefined || (verb !== "run" && verb !== "status") || rest.length > 0)
    throw usage("Say `run` or `status`, and nothing beside it but options.");
  if (values.state === undefined || values.state === "") throw usage("--state DIR is missing.");
  const state = resolve(values.state);
  if (verb === "status") return { kind: "status", state, json: values.json === true };
  return {
    kind: "run",
    state,
    tokenSource: values["token-file"],
    name: hostName(values.name),
    foregroundLog: values["foreground-log"] === true || isTerminal,
  };
}
