import { createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { OperatorKey, TrustKeyId } from "#shared/domain/trust/trust-key.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { unprotect } from "./key-protection.ts";
import { MAX_KEY_FILE_BYTES, operatorKeyFile, publicKeyFile, type OperatorKeyFile } from "./operator-key-file.ts";
import { trustKeyId } from "./trust-key-id.ts";

/** A key that can sign. There is no way to its private half, and there must never be one. */
export type SigningKey = OperatorKey & {
  readonly keyId: TrustKeyId;
  /** Ed25519 signature, 64 bytes. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
};

const publicHalf = z.discriminatedUnion("kind", [operatorKeyFile, publicKeyFile]);

/** A key without its private half, and whether a passphrase stands before that half. */
export type KnownKey = OperatorKey & { readonly keyId: TrustKeyId; readonly isProtected: boolean; readonly isPrivate: boolean };

/**
 * Reads who a key file is, public or private, without opening it.
 *
 * @throws AppError INPUT_INVALID for a file that is none, INPUT_TOO_LARGE; the file system's own error when it cannot be read.
 */
export async function readKeyFile(path: string): Promise<KnownKey> {
  const file = await parseKeyFile(path, publicHalf);
  const { label, publicKey, use } = file;
  const isPrivate = file.kind === "rollcall.operator-key";
  return { label, publicKey, use, keyId: trustKeyId(publicKey), isPrivate, isProtected: isPrivate && file.protection.kind !== "none" };
}

/**
 * Opens a key file for signing.
 *
 * @param passphrase undefined for a key without protection.
 * @throws AppError TRUST_KEY_LOCKED for a wrong or missing passphrase, or a file that was changed; as {@link readKeyFile} otherwise.
 */
export async function openKeyFile(path: string, passphrase: string | undefined): Promise<SigningKey> {
  const file = await parseKeyFile(path, operatorKeyFile);
  const { label, publicKey, use } = file;
  const key = await privateKeyOf(path, file, passphrase);
  if (createPublicKey(key).export({ format: "jwk" }).x !== publicKey) throw damaged(path);
  return { label, publicKey, use, keyId: trustKeyId(publicKey), sign: (bytes) => new Uint8Array(sign(null, bytes, key)) };
}

async function privateKeyOf(path: string, file: OperatorKeyFile, passphrase: string | undefined): Promise<KeyObject> {
  const der = file.protection.kind === "none" ? Buffer.from(file.privateKey, "base64") : await decrypt(path, file, passphrase);
  try {
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Node's message may quote what it could not read.
  } finally {
    der.fill(0);
  }
  throw damaged(path);
}

async function decrypt(path: string, file: OperatorKeyFile, passphrase: string | undefined): Promise<Buffer> {
  if (file.protection.kind === "none" || passphrase === undefined)
    throw new AppError("TRUST_KEY_LOCKED", `The key file ${path} has a passphrase, which was not given; nothing was signed.`);
  try {
    return await unprotect(file.privateKey, file.protection, passphrase, file);
  } catch (cause) {
    throw new AppError("TRUST_KEY_LOCKED", `The passphrase does not open ${path}, or the file was changed; nothing was signed.`, { cause });
  }
}

async function parseKeyFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = (await readBoundedFile(path, MAX_KEY_FILE_BYTES)).toString("utf8");
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // The cause is left out, since it may quote the private half.
    throw new AppError("INPUT_INVALID", `${path} is not a key file of Rollcall; nothing was done with it.`);
  }
}

function damaged(path: string): AppError {
  return new AppError("INPUT_INVALID", `The key file ${path} is damaged; nothing was signed.`);
}
