import type { ParseArgsOptionsConfig } from "node:util";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Output } from "./output.ts";
import type { Terminal } from "./terminal.ts";
import type { Target } from "#main/client/contract-client.ts";

/** What parseArgs found: option values by name, and the words that are no options. */
export type Arguments = {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
};

/** What a command acts with. `client` connects on first use, so that `--help` and `serve` need no control plane. */
export type CommandContext = {
  readonly output: Output;
  readonly client: ContractClient;
  readonly target: Target;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Ends when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
};

/** One command of the CLI: `rollcall rollout start …` has the words `["rollout", "start"]`. */
export type Command = {
  readonly words: readonly string[];
  readonly summary: string;
  /** Arguments and options as the help shows them. */
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  /** Whether the command talks to a control plane that must be known before it runs; absent means yes. */
  readonly needsTarget?: (given: Arguments) => boolean;
  /** Runs the command; throws AppError. Answers an exit code where success alone does not say it all. */
  readonly run: (context: CommandContext, given: Arguments) => Promise<number | void>;
};
