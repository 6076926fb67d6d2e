import { resolve } from "node:path";
import type { ParseArgsOptionsConfig } from "node:util";
import type { SecretsProtection } from "#main/adapters/encrypted-file-secrets/secrets-protection.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { textOption } from "./arguments.ts";
import type { Arguments, CommandContext } from "./command.ts";

/** What opens the secrets of a data folder, as options. */
export const SECRETS_OPTIONS = {
  "secrets-key": { type: "string" },
  "secrets-passphrase-file": { type: "string" },
} as const satisfies ParseArgsOptionsConfig;

/**
 * What a control plane's secrets are sealed with: the options, else ROLLCALL_SECRETS_KEY and
 * ROLLCALL_SECRETS_PASSPHRASE_FILE, else its own key. Never the secret itself: arguments and environments are seen by others.
 *
 * @throws AppError INPUT_INVALID when both are given.
 */
export function secretsProtection(given: Arguments, environment: CommandContext["environment"]): SecretsProtection {
  const options = choose(textOption(given, "secrets-key"), textOption(given, "secrets-passphrase-file"));
  return options ?? choose(environment["ROLLCALL_SECRETS_KEY"], environment["ROLLCALL_SECRETS_PASSPHRASE_FILE"]) ?? { kind: "own-key" };
}

/** The protection that two options choose; undefined for neither. @throws AppError INPUT_INVALID for both. */
export function choose(keyFile: string | undefined, passphraseFile: string | undefined): SecretsProtection | undefined {
  if (keyFile !== undefined && passphraseFile !== undefined) {
    throw new AppError("INPUT_INVALID", "Secrets are sealed with a key file or with a passphrase, not with both; nothing was done.");
  }
  if (keyFile !== undefined) return { kind: "key-file", path: resolve(keyFile) };
  return passphraseFile === undefined ? undefined : { kind: "passphrase-file", path: resolve(passphraseFile) };
}
