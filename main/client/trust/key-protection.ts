import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { canonicalJson } from "#shared/lib/canonical-json.ts";
import type { OperatorKey } from "#shared/domain/trust/trust-key.ts";
import type { ScryptProtection } from "./operator-key-file.ts";

/** 128 MiB and about half a second for each guess at the passphrase (docs/adr/0026-operator-key-files.md). */
const COST = { n: 2 ** 17, r: 8, p: 1 } as const;
const KEY_BYTES = 32;

type Cost = Pick<ScryptProtection, "n" | "r" | "p">;

/** Encrypts a private key. `about` is authenticated with it: to change a name or purpose breaks the file. */
export async function protect(
  secret: Uint8Array,
  passphrase: string,
  about: OperatorKey,
): Promise<{ readonly protection: ScryptProtection; readonly privateKey: string }> {
  const [salt, nonce] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", await derive(passphrase, salt, COST), nonce);
  cipher.setAAD(boundText(about));
  const encrypted = Buffer.concat([cipher.update(secret), cipher.final()]);
  return {
    protection: {
      kind: "scrypt-aes-256-gcm",
      ...COST,
      salt: salt.toString("base64"),
      nonce: nonce.toString("base64"),
      tag: cipher.getAuthTag().toString("base64"),
    },
    privateKey: encrypted.toString("base64"),
  };
}

/** Decrypts what {@link protect} made. @throws Node's own error for a wrong passphrase and for changed bytes alike. */
export async function unprotect(privateKey: string, protection: ScryptProtection, passphrase: string, about: OperatorKey): Promise<Buffer> {
  const key = await derive(passphrase, Buffer.from(protection.salt, "base64"), protection);
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(protection.nonce, "base64"), { authTagLength: 16 });
  decipher.setAAD(boundText(about));
  decipher.setAuthTag(Buffer.from(protection.tag, "base64"));
  return Buffer.concat([decipher.update(Buffer.from(privateKey, "base64")), decipher.final()]);
}

function boundText({ label, publicKey, use }: OperatorKey): Buffer {
  return Buffer.from(canonicalJson({ kind: "rollcall.operator-key", v: 1, label, publicKey, use }));
}

/** Normalised first, so that the same passphrase typed on another system's keyboard is the same bytes. */
function derive(passphrase: string, salt: Buffer, { n, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFKC"), salt, KEY_BYTES, { N: n, r, p, maxmem: 129 * n * r * p + 1024 * 1024 }, (failure, key) => {
      if (failure === null) resolve(key);
      else reject(failure);
    });
  });
}
