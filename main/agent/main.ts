#!/usr/bin/env node
import "#main/node/guard.cjs";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { applyCommand } from "./bytes/apply-command.ts";
import { APPLY_VERB } from "./bytes/apply-order.ts";
import { readAgentCommand } from "./agent-config.ts";
import { AGENT_VERSION } from "./agent-version.ts";
import { HELP_TEXT } from "./help-text.ts";
import { installCommand, uninstallCommand } from "./install/install-command.ts";
import { runCommand } from "./run-command.ts";
import { statusCommand } from "./status-command.ts";

/** Stops on the first SIGTERM or SIGINT, in order; a second one ends the process the hard way. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

async function main(): Promise<void> {
  // Not a verb for people, and no option of anything.
  if (process.argv[2] === APPLY_VERB) return void process.stdout.write(await applyCommand(process.stdin));
  const command = readAgentCommand(process.argv.slice(2), process.stderr.isTTY);
  switch (command.kind) {
    case "help":
      process.stdout.write(HELP_TEXT);
      return;
    case "version":
      process.stdout.write(`${AGENT_VERSION}\n`);
      return;
    case "status":
      process.stdout.write(await statusCommand(command.state, command.json));
      return;
    case "install":
      process.stdout.write(await installCommand(command));
      return;
    case "uninstall":
      process.stdout.write(await uninstallCommand(command));
      return;
    case "run":
      // A restart by the service manager: the applications stay for the next agent, who finds them as after a kill.
      process.once("SIGUSR2", () => process.exit(0));
      return runCommand(command, stopSignal());
  }
}

/** Ends the process with a sentence, what to do next, and the code's exit; a stack trace is for the log alone. */
function fail(thrown: unknown, detail = ""): never {
  const error = toAppError(thrown);
  process.stderr.write(`rollcall-agent: ${error.message}${detail}\n${error.next} (${error.code})\n`);
  process.exit(ERROR_CODES[error.code].exit);
}

// A bug of ours. The applications go on, and whoever supervises the agent starts it again; the reader gets a sentence.
process.on("uncaughtException", (thrown) => fail(thrown, ` (${thrown.message})`));

try {
  await main();
  // Orphans that are still being asked after, and sockets of a dying link, would hold the process for nothing.
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
