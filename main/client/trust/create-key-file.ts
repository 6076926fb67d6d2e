import { generateKeyPair } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { OperatorKey } from "#shared/domain/trust/trust-key.ts";
import { writeNewFile } from "#main/node/write-new-file.ts";
import { protect } from "./key-protection.ts";
import type { OperatorKeyFile, PublicKeyFile } from "./operator-key-file.ts";

const makeKeyPair = promisify(generateKeyPair);

/** What a new key is called, what it is for, and its passphrase; `undefined` leaves it unprotected, which people must ask for. */
export type NewKey = Pick<OperatorKey, "label" | "use"> & { readonly passphrase: string | undefined };

/** Where the public half of a key file lies: beside it, to be handed around. */
export function publicKeyPath(path: string): string {
  return `${path}.pub`;
}

/**
 * Makes an Ed25519 key: the file at `path`, readable by its owner only, and its public half beside it.
 *
 * @returns the public half; the private one is in the file and nowhere else.
 * @throws AppError CONFLICT_EXISTS when a file stands there, which is never overwritten, ENV_DISK_FULL.
 */
export async function createKeyFile(path: string, { label, use, passphrase }: NewKey): Promise<OperatorKey> {
  const { publicKey, privateKey } = await makeKeyPair("ed25519");
  const key: OperatorKey = { label, publicKey: publicKey.export({ format: "jwk" }).x ?? "", use };
  const secret = privateKey.export({ format: "der", type: "pkcs8" });
  const kept =
    passphrase === undefined
      ? { protection: { kind: "none" } as const, privateKey: secret.toString("base64") }
      : await protect(secret, passphrase, key);
  const file: OperatorKeyFile = { kind: "rollcall.operator-key", v: 1, ...key, ...kept };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeNewFile(path, `${JSON.stringify(file, undefined, 2)}\n`, 0o600);
  await writePublicKeyFile(publicKeyPath(path), key);
  return key;
}

/** Writes a public half as the file that travels. @throws AppError CONFLICT_EXISTS. */
export async function writePublicKeyFile(path: string, { label, publicKey, use }: OperatorKey): Promise<void> {
  const file: PublicKeyFile = { kind: "rollcall.public-key", v: 1, label, publicKey, use };
  await writeNewFile(path, `${JSON.stringify(file, undefined, 2)}\n`);
}
