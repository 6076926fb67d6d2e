#!/usr/bin/env node
import "#main/node/guard.cjs";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { readAgentCommand } from "./agent-config.ts";
import { AGENT_VERSION } from "./agent-version.ts";
import { HELP_TEXT } from "./help-text.ts";
import { runCommand } from "./run-command.ts";
import { statusCommand } from "./status-command.ts";

/** Stops on the first SIGTERM or SIGINT, in order; a second one ends the process the hard way. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

async function main(): Promise<void> {
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
    case "run":
      return runCommand(command, stopSignal());
  }
}

// A bug of ours. The applications go on, and whoever supervises the agent starts it again; the reader gets a sentence.
process.on("uncaughtException", (thrown) => {
  const error = toAppError(thrown);
  process.stderr.write(`rollcall-agent: ${error.message} (${thrown.message})\n${error.next}\n`);
  process.exit(ERROR_CODES[error.code].exit);
});

try {
  await main();
  // Orphans that are still being asked after, and sockets of a dying link, would hold the process for nothing.
  process.exit(0);
} catch (thrown) {
  const error = toAppError(thrown);
  process.stderr.write(`rollcall-agent: ${error.message}\n${error.next}\n`);
  process.exit(ERROR_CODES[error.code].exit);
}
