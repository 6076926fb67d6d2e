import { basename } from "node:path";
import { createKeyFile } from "#main/client/trust/create-key-file.ts";
import { trustKeyId } from "#main/client/trust/trust-key-id.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { displayName } from "#shared/lib/scalars.ts";
import type { CommandContext } from "./command.ts";

/** A key that is to be made: where, what it is called (its file's name, unless said), what for, and what opens it, if anything. */
export type WantedKey = {
  readonly path: string;
  readonly label: string | undefined;
  readonly use: "operator" | "recovery";
  readonly passphrase: string | undefined;
};

/** Makes a key file and says so where it has no passphrase. @throws AppError CONFLICT_EXISTS, INPUT_INVALID. */
export async function makeKey({ output }: CommandContext, { path, label, use, passphrase }: WantedKey) {
  const name = displayName.safeParse(label ?? basename(path).replace(/\.(?:key|json)$/, ""));
  if (!name.success) throw new AppError("INPUT_INVALID", "The label of a key is a name of up to 80 characters; no key was made.");
  const key = await createKeyFile(path, { label: name.data, use, passphrase });
  if (passphrase === undefined) output.note(`WARNING: ${path} has no passphrase: whoever copies the file signs as "${key.label}".`);
  return { ...key, keyId: trustKeyId(key.publicKey) };
}
