import type { ParseArgsOptionsConfig } from "node:util";
import type { Command } from "./command.ts";
import { adoptionCommands } from "./commands/adoptions.ts";
import { applicationCommands } from "./commands/applications.ts";
import { auditCommands } from "./commands/audit.ts";
import { deltaCommands } from "./commands/deltas.ts";
import { compareCommands } from "./commands/compare.ts";
import { fleetCommands } from "./commands/fleets.ts";
import { hostCommands } from "./commands/hosts.ts";
import { loginCommands } from "./commands/login.ts";
import { metricsCommands } from "./commands/metrics.ts";
import { publicationCommands } from "./commands/publications.ts";
import { publishCommands } from "./commands/publish.ts";
import { rollbackCommands } from "./commands/rollback.ts";
import { rolloutCommands } from "./commands/rollouts.ts";
import { releasePublishCommands } from "./commands/release-publish.ts";
import { releaseShowCommands } from "./commands/release-show.ts";
import { secretsCommands } from "./commands/secrets.ts";
import { serveCommands } from "./commands/serve.ts";
import { storeCommands } from "./commands/stores.ts";
import { storeReleaseCommands } from "./commands/store-releases.ts";
import { trustInitCommands } from "./commands/trust-init.ts";
import { trustKeyCommands } from "./commands/trust-keys.ts";
import { trustQuorumCommands } from "./commands/trust-quorum.ts";
import { trustRequestCommands } from "./commands/trust-requests.ts";
import { trustRuleCommands } from "./commands/trust-rules.ts";
import { trustSignCommands } from "./commands/trust-sign.ts";
import { trustStatusCommands } from "./commands/trust-status.ts";

/** Options that every command takes. */
export const GLOBAL_OPTIONS = {
  json: { type: "boolean" },
  url: { type: "string" },
  pin: { type: "string" },
  data: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const satisfies ParseArgsOptionsConfig;

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  ...serveCommands,
  ...secretsCommands,
  ...loginCommands,
  ...applicationCommands,
  ...fleetCommands,
  ...hostCommands,
  ...publishCommands,
  ...publicationCommands,
  ...storeCommands,
  ...storeReleaseCommands,
  ...adoptionCommands,
  ...releasePublishCommands,
  ...releaseShowCommands,
  ...compareCommands,
  ...rolloutCommands,
  ...rollbackCommands,
  ...metricsCommands,
  ...trustStatusCommands,
  ...trustInitCommands,
  ...trustQuorumCommands,
  ...trustRuleCommands,
  ...trustRequestCommands,
  ...trustSignCommands,
  ...trustKeyCommands,
  ...auditCommands,
  ...deltaCommands,
];

/** The command that the first words name, longest match first, or undefined. */
export function findCommand(words: readonly string[]): Command | undefined {
  return [...COMMANDS]
    .sort((left, right) => right.words.length - left.words.length)
    .find((command) => command.words.every((word, index) => words[index] === word));
}

/** The help of one command, of a family (`rollout`), or of everything. */
export function helpLines(words: readonly string[]): string[] {
  const one = findCommand(words);
  if (one !== undefined) return [one.summary, "", `  ${one.usage}`, "", ...GLOBAL_HELP];
  const family = COMMANDS.filter((command) => words[0] === undefined || command.words[0] === words[0]);
  const shown = family.length === 0 ? COMMANDS : family;
  const width = Math.max(...shown.map((command) => command.words.join(" ").length));
  return [
    "rollcall: releases for people who run their own machines",
    "",
    ...shown.map((command) => `  ${command.words.join(" ").padEnd(width)}  ${command.summary}`),
    "",
    ...GLOBAL_HELP,
  ];
}

const GLOBAL_HELP = [
  "  --json       the result as JSON on stdout",
  "  --url URL    which control plane (or ROLLCALL_URL with ROLLCALL_TOKEN)",
  "  --pin SHA256 the certificate of a control plane that made its own (or ROLLCALL_PIN)",
  "  --data DIR   the control plane that runs on this data folder",
  "  --help       this text; add it to any command",
  "",
  "Exit codes: 0 done, 2 usage, 3 access, 4 not found, 5 conflict, 6 refused by a rule or gate, 7 integrity, 8 remote, 9 environment, 70 bug, 130 cancelled.",
];
