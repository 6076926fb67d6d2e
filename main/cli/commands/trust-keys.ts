import { publicKeyPath, writePublicKeyFile } from "#main/client/trust/create-key-file.ts";
import { readKeyFile } from "#main/client/trust/open-key-file.ts";
import { flag, textOption, word } from "../arguments.ts";
import type { Command } from "../command.ts";
import { makeKey } from "../operator-keys.ts";
import { newPassphrase, PASSPHRASE_OPTIONS, passphraseFile } from "../passphrase.ts";

const create: Command = {
  words: ["trust", "key", "create"],
  summary: "Make an operator's key in a file with a passphrase, and its public half beside it",
  usage: "rollcall trust key create FILE [--label NAME] [--recovery] [--passphrase-file FILE | --no-passphrase]",
  options: { ...PASSPHRASE_OPTIONS, label: { type: "string" }, recovery: { type: "boolean" } },
  needsTarget: () => false,
  run: async (context, given) => {
    const path = word(given, 0, "The key's file");
    const use = flag(given, "recovery") ? "recovery" : "operator";
    const passphrase = await newPassphrase(context, given, path, passphraseFile(context, given, 0));
    const key = await makeKey(context, { path, label: textOption(given, "label"), use, passphrase });
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

/** `rollcall trust key …` */
export const trustKeyCommands: readonly Command[] = [create, show];
