import { basename } from "node:path";
import { createKeyFile, publicKeyPath, writePublicKeyFile } from "#main/client/trust/create-key-file.ts";
import { readKeyFile } from "#main/client/trust/open-key-file.ts";
import { trustKeyId } from "#main/client/trust/trust-key-id.ts";
import { displayName } from "#shared/lib/scalars.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { flag, textOption, word } from "../arguments.ts";
import type { Arguments, Command, CommandContext } from "../command.ts";
import { newPassphrase, PASSPHRASE_OPTIONS } from "../passphrase.ts";

const create: Command = {
  words: ["trust", "key", "create"],
  summary: "Make an operator's key in a file with a passphrase, and its public half beside it",
  usage: "rollcall trust key create FILE [--label NAME] [--recovery] [--passphrase-file FILE | --no-passphrase]",
  options: { ...PASSPHRASE_OPTIONS, label: { type: "string" }, recovery: { type: "boolean" } },
  needsTarget: () => false,
  run: async (context, given) => {
    const path = word(given, 0, "The key's file");
    const use = flag(given, "recovery") ? "recovery" : "operator";
    const key = await makeKey(context, given, { path, label: textOption(given, "label"), use, place: 0 });
    context.output.result({ ...key, path, publicKeyPath: publicKeyPath(path) }, [
      `Made the ${use} key "${key.label}" (key ${key.keyId.slice(0, 16)}) in ${path}.`,
      `Hand ${publicKeyPath(path)} to whoever sets up the quorum; ${path} stays with its owner.`,
    ]);
  },
};

const show: Command = {
  words: ["trust", "key", "show"],
  summary: "Show who a key file is, without opening it; --out writes its public half",
  usage: "rollcall trust key show FILE [--out PUBLIC-FILE]",
  options: { out: { type: "string" } },
  needsTarget: () => false,
  run: async ({ output }, given) => {
    const path = word(given, 0, "The key's file");
    const key = await readKeyFile(path);
    const out = textOption(given, "out");
    if (out !== undefined) await writePublicKeyFile(out, key);
    const kept = !key.isPrivate ? "the public half alone" : key.isProtected ? "with a passphrase" : "WITHOUT a passphrase";
    output.result({ ...key, path }, [
      `${key.label}: ${key.use} key, ${kept}`,
      `  key id      ${key.keyId}`,
      `  public key  ${key.publicKey}`,
      ...(out === undefined ? [] : [`Written: ${out}`]),
    ]);
  },
};

/** A key that is to be made: where, what it is called (its file's name, unless said), what for, and which passphrase file is its. */
export type WantedKey = {
  readonly path: string;
  readonly label: string | undefined;
  readonly use: "operator" | "recovery";
  readonly place: number;
};

/** Makes a key file and says so where it has no passphrase. @throws AppError CONFLICT_EXISTS, INPUT_INVALID, TRUST_KEY_LOCKED. */
export async function makeKey(context: CommandContext, given: Arguments, { path, label, use, place }: WantedKey) {
  const name = displayName.safeParse(label ?? basename(path).replace(/\.(?:key|json)$/, ""));
  if (!name.success) throw new AppError("INPUT_INVALID", "The label of a key is a name of up to 80 characters; no key was made.");
  const passphrase = await newPassphrase(context, given, path, place);
  const key = await createKeyFile(path, { label: name.data, use, passphrase });
  if (passphrase === undefined) context.output.note(`WARNING: ${path} has no passphrase: whoever copies the file signs as "${key.label}".`);
  return { ...key, keyId: trustKeyId(key.publicKey) };
}

/** `rollcall trust key …` */
export const trustKeyCommands: readonly Command[] = [create, show];
