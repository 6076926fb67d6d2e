import { createSecretKey, randomBytes, scrypt, type KeyObject } from "node:crypto";
import { AppError } from "#shared/errors/app-error.ts";
import type { NodeFs } from "#main/node/node-fs.ts";
import { toPathError } from "#main/node/path-error.ts";
import type { KeyRecipe } from "./secrets-document.ts";

type PassphraseRecipe = Extract<KeyRecipe, { kind: "passphrase" }>;

/** What a guess costs: 128 MiB of memory and some hundred milliseconds (OWASP, Password Storage Cheat Sheet). */
const COST = { n: 2 ** 17, r: 8, p: 1 } as const;

const LENGTH = { min: 8, max: 1024 } as const;

/** A recipe with a salt of its own. `cost` is lower in tests alone. */
export function newPassphraseRecipe(cost: { readonly n: number; readonly r: number; readonly p: number } = COST): PassphraseRecipe {
  return { kind: "passphrase", salt: randomBytes(16).toString("base64"), ...cost };
}

/** Derives the key of a passphrase (scrypt, RFC 7914). */
export function derivePassphraseKey(passphrase: string, recipe: PassphraseRecipe): Promise<KeyObject> {
  const { n, r, p, salt } = recipe;
  return new Promise((resolve, reject) => {
    scrypt(passphrase, Buffer.from(salt, "base64"), 32, { N: n, r, p, maxmem: 256 * n * r }, (error, key) => {
      if (error === null) resolve(createSecretKey(key));
      else reject(error);
    });
  });
}

/**
 * The passphrase in a file: its text without the line's end, in one Unicode form, so that it is the same from every
 * keyboard.
 *
 * @throws AppError INPUT_INVALID for a file that cannot be read, or a text that is too short to protect anything.
 */
export async function readPassphraseFile(path: string, fs: NodeFs): Promise<string> {
  const text = await fs.readFile(path, "utf8").catch((thrown: unknown) => {
    throw toPathError(thrown, "nothing was opened with it");
  });
  const passphrase = text.replace(/\r?\n$/, "").normalize("NFKC");
  if (passphrase.length >= LENGTH.min && passphrase.length <= LENGTH.max && !/[\r\n\0]/.test(passphrase)) return passphrase;
  throw new AppError(
    "INPUT_INVALID",
    `${path} holds no passphrase: one line of ${LENGTH.min} to ${LENGTH.max} characters; nothing was opened with it.`,
  );
}
