import { AppError } from "#shared/errors/app-error.ts";
import { textOption } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import { newPassphrase, passphraseFiles, readPassphraseFile, type Asker } from "./passphrase.ts";

/** The option of commands that make a recovery key beside operators' keys. */
export const RECOVERY_PASSPHRASE_OPTION = { "recovery-passphrase-file": { type: "string" } } as const;

/**
 * The passphrase of a new recovery key, which is never an operator's: whoever learns that one must not have both.
 *
 * From `--recovery-passphrase-file`, from the `--passphrase-file` in the key's place, or from the terminal; undefined with
 * `--no-passphrase`.
 *
 * @param place how many operators' keys are named before it.
 * @throws AppError INPUT_INVALID for one that is too short or opens an operator's key, too; TRUST_KEY_LOCKED when there is nowhere to take it from.
 */
export async function newRecoveryPassphrase(context: Asker, given: Arguments, path: string, place: number): Promise<string | undefined> {
  const files = passphraseFiles(context, given);
  const own = textOption(given, "recovery-passphrase-file") ?? files[place];
  if (own === undefined && !context.terminal.isThere && given.values["no-passphrase"] !== true)
    throw new AppError(
      "TRUST_KEY_LOCKED",
      `The recovery key wants a passphrase of its own; give --recovery-passphrase-file, or --no-passphrase. ${path} was not made.`,
    );
  const passphrase = await newPassphrase(context, given, path, own);
  const others = await Promise.all(files.slice(0, Math.max(1, place)).map((file) => readPassphraseFile(file)));
  for (const other of others) requireOwnPassphrase(path, passphrase, other);
  return passphrase;
}

/** @throws AppError INPUT_INVALID when the recovery key at `path` would open with an operator's passphrase. */
export function requireOwnPassphrase(path: string, passphrase: string | undefined, operators: string | undefined): void {
  if (passphrase === undefined || passphrase !== operators) return;
  throw new AppError(
    "INPUT_INVALID",
    `The recovery key would open with an operator's passphrase: whoever learns that has both. Choose another; ${path} was not made.`,
  );
}
