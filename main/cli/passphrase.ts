import { AppError } from "#shared/errors/app-error.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { flag, textsOption } from "./arguments.ts";
import type { Arguments, CommandContext } from "./command.ts";

/** Options of every command that opens or makes keys. A passphrase is never an argument: other users see those. */
export const PASSPHRASE_OPTIONS = {
  "passphrase-file": { type: "string", multiple: true },
  "no-passphrase": { type: "boolean" },
} as const;

/** Names a file with the passphrase, for pipelines. */
const VARIABLE = "ROLLCALL_KEY_PASSPHRASE_FILE";
const MAX_PASSPHRASE_BYTES = 4096;
const MIN_CHARACTERS = 8;

/** What passphrases are asked from. */
export type Asker = Pick<CommandContext, "terminal" | "environment">;

/**
 * The passphrase of a key file that exists: from `--passphrase-file` (the one in the key's place among several keys, or
 * the only one), the file that ROLLCALL_KEY_PASSPHRASE_FILE names, or the terminal.
 *
 * @throws AppError TRUST_KEY_LOCKED when there is nowhere to take it from.
 */
export async function passphraseOf(context: Asker, given: Arguments, path: string, place: number): Promise<string> {
  const file = passphraseFile(context, given, place);
  if (file !== undefined) return readPassphraseFile(file);
  if (context.terminal.isThere) return context.terminal.askSecret(`Passphrase of ${path}: `);
  throw new AppError(
    "TRUST_KEY_LOCKED",
    `${path} has a passphrase and there is no terminal to ask for it; give --passphrase-file. Nothing was signed.`,
  );
}

/**
 * The passphrase of a new key file, from `file` or else from the terminal; undefined when the person asked for none.
 *
 * @throws AppError INPUT_INVALID for one that is too short or was typed in two ways, TRUST_KEY_LOCKED as above.
 */
export async function newPassphrase(context: Asker, given: Arguments, path: string, file: string | undefined): Promise<string | undefined> {
  if (flag(given, "no-passphrase")) return undefined;
  const passphrase = file === undefined ? await typedTwice(context, path) : await readPassphraseFile(file);
  if (Array.from(passphrase).length >= MIN_CHARACTERS) return passphrase;
  throw new AppError("INPUT_INVALID", `A passphrase has at least ${MIN_CHARACTERS} characters; ${path} was not made.`);
}

async function typedTwice({ terminal }: Asker, path: string): Promise<string> {
  if (!terminal.isThere)
    throw new AppError(
      "TRUST_KEY_LOCKED",
      `There is no terminal to ask for the passphrase of ${path}; give --passphrase-file, or --no-passphrase. It was not made.`,
    );
  const first = await terminal.askSecret(`New passphrase of ${path}: `);
  if ((await terminal.askSecret("The same again: ")) === first) return first;
  throw new AppError("INPUT_INVALID", `The two passphrases differ; ${path} was not made.`);
}

/** The files that passphrases are taken from: those of the options, else the one that the environment names. */
export function passphraseFiles({ environment }: Pick<Asker, "environment">, given: Arguments): readonly string[] {
  const files = textsOption(given, "passphrase-file");
  const named = environment[VARIABLE];
  return files.length > 0 || named === undefined || named === "" ? files : [named];
}

/** The file of a key in its place among several keys, or the only one. */
export function passphraseFile(context: Pick<Asker, "environment">, given: Arguments, place: number): string | undefined {
  const files = passphraseFiles(context, given);
  return files[place] ?? files[0];
}

/** @throws AppError INPUT_INVALID for an empty file. */
export async function readPassphraseFile(path: string): Promise<string> {
  const text = (await readBoundedFile(path, MAX_PASSPHRASE_BYTES)).toString("utf8").replace(/\r?\n$/, "");
  if (text !== "") return text;
  throw new AppError("INPUT_INVALID", `${path} holds no passphrase; nothing was done.`);
}
