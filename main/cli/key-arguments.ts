import { openKeyFile, readKeyFile, type KnownKey, type SigningKey } from "#main/client/trust/open-key-file.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { textsOption } from "./arguments.ts";
import type { Arguments, CommandContext } from "./command.ts";
import { PASSPHRASE_OPTIONS, passphraseOf } from "./passphrase.ts";

/** Options of every command that signs. */
export const KEY_OPTIONS = { key: { type: "string", multiple: true }, ...PASSPHRASE_OPTIONS } as const;

/** A key file that was named with `--key`, in that place. */
export type NamedKey = KnownKey & { readonly path: string; readonly place: number };

/** Who the files of `--key` are, without opening them. @throws AppError INPUT_INVALID for a public half, or a file that is none. */
export async function namedKeys(given: Arguments): Promise<readonly NamedKey[]> {
  const paths = textsOption(given, "key");
  const keys = await Promise.all(paths.map(async (path, place) => ({ ...(await readKeyFile(path)), path, place })));
  const publicOne = keys.find((key) => !key.isPrivate);
  if (publicOne !== undefined)
    throw new AppError("INPUT_INVALID", `${publicOne.path} is the public half of a key, which cannot sign; nothing was signed.`);
  if (new Set(keys.map((key) => key.keyId)).size !== keys.length)
    throw new AppError("INPUT_INVALID", "One key is named twice; nothing was signed.");
  return keys;
}

/** Opens them, with their passphrases. @throws AppError TRUST_KEY_LOCKED. */
export async function openKeys(context: CommandContext, given: Arguments, keys: readonly NamedKey[]): Promise<readonly SigningKey[]> {
  const opened: SigningKey[] = [];
  for (const { path, place, isProtected } of keys)
    opened.push(await openKeyFile(path, isProtected ? await passphraseOf(context, given, path, place) : undefined));
  return opened;
}
