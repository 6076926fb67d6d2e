import { parseArgs } from "node:util";
import { AppError } from "#shared/errors/app-error.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { asClientError, contractClient, type Target } from "#main/client/contract-client.ts";
import type { Arguments, Command } from "./command.ts";
import { findCommand, GLOBAL_OPTIONS, helpLines } from "./commands.ts";
import { toDiskError } from "#main/node/disk-error.ts";
import { toPathError } from "#main/node/path-error.ts";
import { makeOutput, type Output } from "./output.ts";
import { findTarget } from "./target.ts";
import { makeTerminal, type TerminalInput } from "./terminal.ts";

/** What one run of the CLI touches; tests bring their own. */
export type CliSurroundings = {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** The keyboard; absent, nobody can be asked. */
  readonly input?: TerminalInput;
};

/** Runs one command line and answers the exit code. Never throws, never prints a stack. */
export async function runCli(argv: readonly string[], around: CliSurroundings): Promise<number> {
  const output = makeOutput(around, argv.includes("--json"));
  const words = wordsOf(argv);
  const command = findCommand(words);
  if (argv.includes("--help") || argv.includes("-h") || words.length === 0) {
    output.result(helpLines(words), helpLines(words));
    return 0;
  }
  if (command === undefined)
    return fail(
      output,
      new AppError(
        "INPUT_INVALID",
        `There is no command "${words.slice(0, 2).join(" ").slice(0, 80)}"; nothing was done. See rollcall --help.`,
      ),
    );
  return runCommand(command, argv, output, around);
}

/** What is neither an option nor the value of one that every command takes; those may stand before the command. */
function wordsOf(argv: readonly string[]): string[] {
  return parseArgs({ args: [...argv], options: GLOBAL_OPTIONS, allowPositionals: true, strict: false }).positionals;
}

async function runCommand(command: Command, argv: readonly string[], output: Output, around: CliSurroundings): Promise<number> {
  let url = "the control plane";
  try {
    const given = parse(command, argv);
    const target = await targetFor(command, given, around);
    url = target.url;
    const code = await command.run(
      {
        output,
        target,
        client: contractClient(target),
        environment: around.environment,
        signal: around.signal,
        terminal: makeTerminal(around.input, around.err),
      },
      given,
    );
    return code ?? 0;
  } catch (thrown) {
    output.progressEnd();
    const failure = asClientError(toDiskError(toPathError(thrown, "nothing was done with it"), "the file"), url);
    return fail(output, around.signal.aborted && failure.code !== "CANCELLED" ? new AppError("CANCELLED", "Cancelled.") : failure);
  }
}

function parse(command: Command, argv: readonly string[]): Arguments {
  try {
    const parsed = parseArgs({ args: [...argv], options: { ...GLOBAL_OPTIONS, ...command.options }, allowPositionals: true, strict: true });
    return { values: parsed.values, positionals: parsed.positionals.slice(command.words.length) };
  } catch (cause) {
    throw new AppError("INPUT_INVALID", `${cause instanceof Error ? cause.message : "Unreadable options"}. Usage: ${command.usage}`, {
      cause,
    });
  }
}

/** Commands that begin a relation (`login` with a URL) or need none bring their own target. */
async function targetFor(command: Command, given: Arguments, around: CliSurroundings): Promise<Target> {
  const text = (name: string): string | undefined => (typeof given.values[name] === "string" ? given.values[name] : undefined);
  const needsNone = command.needsTarget !== undefined && !command.needsTarget(given);
  if (needsNone) return { url: text("url") ?? "http://127.0.0.1", token: "" };
  return findTarget({ url: text("url"), certificatePin: text("pin"), dataFolder: text("data"), environment: around.environment });
}

function fail(output: Output, failure: AppError): number {
  const body = failure.toWire();
  if (output.json) output.result({ error: { ...body, next: failure.next } }, []);
  else output.note(`${failure.message}\n${failure.next} (${failure.code})`);
  return ERROR_CODES[failure.code].exit;
}
