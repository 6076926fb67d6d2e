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
      /** File that says where a host without a control plane gets its releases; undefined for one with a control plane. */
      readonly standalone: string | undefined;
    }
  | { readonly kind: "status"; readonly state: string; readonly json: boolean }
  | InstallCommand
  | UninstallCommand;

/** `rollcall-agent install`. `root` is undefined for this machine; `name` for its host name. */
export type InstallCommand = {
  readonly kind: "install";
  readonly root: string | undefined;
  readonly tokenSource: string | undefined;
  readonly name: string | undefined;
  /** Prints the unit and does nothing. */
  readonly print: boolean;
};

/** `rollcall-agent uninstall`. `purge` is the host's name as it was typed. */
export type UninstallCommand = { readonly kind: "uninstall"; readonly root: string | undefined; readonly purge: string | undefined };

const OPTIONS = {
  state: { type: "string" },
  "token-file": { type: "string" },
  name: { type: "string" },
  "foreground-log": { type: "boolean" },
  standalone: { type: "string" },
  json: { type: "boolean" },
  root: { type: "string" },
  print: { type: "boolean" },
  purge: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

/** What may stand beside each verb. */
const TAKEN: Readonly<Record<AgentVerb, readonly string[]>> = {
  run: ["state", "token-file", "name", "foreground-log", "standalone"],
  status: ["state", "json"],
  install: ["root", "token-file", "name", "print"],
  uninstall: ["root", "purge"],
};
type AgentVerb = Exclude<AgentCommand["kind"], "help" | "version">;

const isVerb = (word: string | undefined): word is AgentVerb => word !== undefined && Object.hasOwn(TAKEN, word);

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

function givenName(given: string | undefined): string | undefined {
  if (given === undefined || displayName.safeParse(given).success) return given;
  throw usage("--name must be 1 to 80 characters without control characters or outer spaces.");
}

function ownName(): string {
  return displayName.safeParse(hostname().slice(0, 80)).data ?? "host";
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
  if (!isVerb(verb) || rest.length > 0) throw usage("Say `run`, `status`, `install` or `uninstall`, and nothing beside it but options.");
  const stray = Object.keys(values).find((name) => !TAKEN[verb].includes(name));
  if (stray !== undefined) throw usage(`--${stray} is no option of ${verb}.`);
  const name = givenName(values.name);
  const root = values.root === undefined || values.root === "" ? undefined : resolve(values.root);
  if (verb === "install") return { kind: verb, root, tokenSource: values["token-file"], name, print: values.print === true };
  if (verb === "uninstall") return { kind: verb, root, purge: values.purge };
  if (values.state === undefined || values.state === "") throw usage("--state DIR is missing.");
  const state = resolve(values.state);
  if (verb === "status") return { kind: verb, state, json: values.json === true };
  const foregroundLog = values["foreground-log"] === true || isTerminal;
  const standalone = values.standalone === undefined ? undefined : resolve(values.standalone);
  if (standalone !== undefined && (values["token-file"] ?? values.name) !== undefined)
    throw usage("--standalone takes neither a token nor a name: its file says all.");
  return { kind: verb, state, tokenSource: values["token-file"], name: name ?? ownName(), foregroundLog, standalone };
}
