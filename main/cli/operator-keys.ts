import { basename } from "node:path";
import { createKeyFile } from "#main/client/trust/create-key-file.ts";
import { trustKeyId } from "#main/client/trust/trust-key-id.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { displayName } from "#shared/lib/scalars.ts";
import type { Arguments, CommandContext } from "./command.ts";
import { newPassphrase } from "./passphrase.ts";

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
