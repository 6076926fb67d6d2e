import type { KeyObject } from "node:crypto";
import { AppError } from "#shared/errors/app-error.ts";
import type { NodeFs } from "#main/node/node-fs.ts";
import { makeKeyFile, readKeyFile, type NamedKey } from "./key-file.ts";
import { derivePassphraseKey, newPassphraseRecipe, readPassphraseFile } from "./passphrase.ts";
import type { KeyRecipe } from "./secrets-document.ts";
import { ownKeyPath } from "./secrets-paths.ts";
import type { SecretsProtection } from "./secrets-protection.ts";

/** A key and how it is found again. */
export type RecipedKey = { readonly key: KeyObject; readonly recipe: KeyRecipe };

/**
 * The key of a document that exists.
 *
 * @param folder where own keys lie.
 * @throws AppError ENV_SECRETS_LOCKED when what was given is not what the document was sealed with, INPUT_INVALID for a
 *   file that cannot be used.
 */
export async function findKey(recipe: KeyRecipe, protection: SecretsProtection, folder: string, fs: NodeFs): Promise<KeyObject> {
  if (recipe.kind === "passphrase") {
    if (protection.kind !== "passphrase-file") throw locked("They are sealed with a passphrase, which was not given.");
    return derivePassphraseKey(await readPassphraseFile(protection.path, fs), recipe);
  }
  const path = protection.kind === "own-key" ? ownKeyPath(folder, recipe.keyId) : protection.path;
  if (protection.kind === "passphrase-file")
    throw locked("They are sealed with a key file, not with a passphrase; `rollcall secrets rekey` changes that.");
  const found = await readKeyFile(path, fs);
  if (found === undefined)
    throw locked(
      protection.kind === "own-key" ? "They are sealed with a key file that was not given." : `There is no key file at ${path}.`,
    );
  if (found.keyId !== recipe.keyId)
    throw locked(`${path} is not the key that they are sealed with; \`rollcall secrets rekey\` changes the key.`);
  return found.key;
}

/** A key to seal a new document with; makes the key file where there is none. Throws as {@link findKey} does, and ENV_DISK_FULL. */
export async function newKey(protection: SecretsProtection, folder: string, fs: NodeFs): Promise<RecipedKey> {
  switch (protection.kind) {
    case "passphrase-file": {
      const recipe = newPassphraseRecipe();
      return { key: await derivePassphraseKey(await readPassphraseFile(protection.path, fs), recipe), recipe };
    }
    case "key-file":
      return recipeOf((await readKeyFile(protection.path, fs)) ?? (await makeKeyFile(() => protection.path, fs)));
    case "own-key":
      return recipeOf(await makeKeyFile((keyId) => ownKeyPath(folder, keyId), fs));
  }
}

/** Secrets that cannot be opened, and why. */
export function locked(reason: string): AppError {
  return new AppError(
    "ENV_SECRETS_LOCKED",
    `The secrets of this data folder cannot be opened; nothing was started and nothing was changed. ${reason}`,
  );
}

function recipeOf({ key, keyId }: NamedKey): RecipedKey {
  return { key, recipe: { kind: "key", keyId } };
}
