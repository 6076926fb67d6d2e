import { parseArgs } from "node:util";
import { describe, expect, it } from "vitest";
import { findCommand, GLOBAL_OPTIONS } from "#main/cli/commands.ts";
import { COMMANDS as CONSOLE_COMMANDS } from "#shared/commands/commands.ts";
import { publishCli } from "#renderer/features/application/view-model.ts";
import { REGISTER_CLI } from "#renderer/features/applications/view-model.ts";
import { cliOf, PUBLISH_CLI } from "#renderer/features/publish/view-model.ts";
import { watchCli } from "#renderer/features/rollout/view-model.ts";
import { START_CLI } from "#renderer/features/rollouts/view-model.ts";
import { CREATE_KEY_CLI, EXPORT_CLI, RECOVERY_KEY_CLI, signCli } from "#renderer/features/settings/trust/trust-lines.ts";
import { SETUP_STEPS } from "#renderer/features/home/view-model.ts";

/** Words of the usage that must be given: in capitals, before the first bracket, and no option's value. */
function requiredWords(usage: string): number {
  return (usage.split("[")[0] ?? "")
    .replaceAll(/--[a-z-]+ \S+/g, "")
    .split(/\s+/)
    .filter((word) => /^[A-Z][A-Z@/.-]+$/.test(word)).length;
}

const lines = [
  CREATE_KEY_CLI,
  EXPORT_CLI,
  RECOVERY_KEY_CLI,
  signCli({ fingerprint: "0123456789abcdef".repeat(4) }),
  ...SETUP_STEPS.map((step) => step.cli),
  REGISTER_CLI,
  publishCli("org.example.web"),
  PUBLISH_CLI,
  START_CLI,
  watchCli("ID"),
  cliOf({ productId: "org.example.web", version: "1.4.2", platforms: ["linux/amd64"], channel: { name: "stable" } }, ["web"]),
  ...Object.values(CONSOLE_COMMANDS).flatMap((command) => ("cli" in command && typeof command.cli === "string" ? [command.cli] : [])),
];

describe("command lines that the console shows for copying", () => {
  it.each(lines)("%s is understood by the CLI", (line) => {
    const argv = line.split(/\s+/).slice(1);
    const command = findCommand(argv.filter((word) => !word.startsWith("-")));
    expect(command, "no such command").toBeDefined();
    const parsed = parseArgs({ args: argv, options: { ...GLOBAL_OPTIONS, ...command?.options }, allowPositionals: true, strict: true });
    const given = parsed.positionals.length - (command?.words.length ?? 0);
    expect(given).toBeGreaterThanOrEqual(requiredWords(command?.usage ?? ""));
  });
});
