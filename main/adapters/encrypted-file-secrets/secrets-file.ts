import type { KeyObject } from "node:crypto";
import { writeFileAtomic } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import type { NodeFs } from "#main/node/node-fs.ts";
import { seal, unseal } from "./sealing.ts";
import { parseSecretsDocument, type KeyRecipe, type SecretsDocument } from "./secrets-document.ts";
import type { RecipedKey } from "./secrets-key.ts";

/** What a secret's value is bound to: a value under another name does not open. */
export function secretContext(name: string): string {
  return `rollcall.secret\n${name}`;
}

/** A document that holds nothing yet. */
export function emptySecretsDocument({ key, recipe }: RecipedKey): SecretsDocument {
  const check = seal(key, checkContext(recipe), new Uint8Array()).toString("base64");
  return { kind: "rollcall.secrets", v: 1, key: recipe, check, secrets: {} };
}

/** Whether this is the key that the document was sealed with; its recipe is bound to it, too. */
export function isKeyOf(document: SecretsDocument, key: KeyObject): boolean {
  return unseal(key, checkContext(document.key), Buffer.from(document.check, "base64")) !== undefined;
}

/** Reads the document; undefined when there is none. @throws AppError ENV_DATA_CORRUPT. */
export async function readSecretsDocument(path: string, fs: NodeFs): Promise<SecretsDocument | undefined> {
  const text = await fs.readFile(path, "utf8").catch((thrown: unknown) => {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  });
  return text === undefined ? undefined : parseSecretsDocument(text, path);
}

/** Puts a document in the place of the one before, durably, in one rename. @throws AppError ENV_DISK_FULL. */
export async function writeSecretsDocument(path: string, document: SecretsDocument, fs: NodeFs): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(document, undefined, 1)}\n`, 0o600, fs);
}

function checkContext(recipe: KeyRecipe): string {
  return `rollcall.secrets\n${JSON.stringify(recipe)}`;
}
