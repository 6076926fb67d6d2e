import { createPublicKey, type KeyObject } from "node:crypto";
import { AppError } from "#shared/errors/app-error.ts";
import { tufKey } from "../../trust/tuf-key.ts";
import { keyHint } from "./key-hint.ts";

/** A key that somebody gave us to check others' signatures with. */
export type VerificationKey = {
  readonly key: KeyObject;
  /** How we name it on screen: the TUF key id of an Ed25519 key, else the SHA-256 of its SubjectPublicKeyInfo. */
  readonly keyId: string;
  /** Texts by which a bundle may name it. */
  readonly hints: ReadonlySet<string>;
};

/**
 * Reads a public key as people have it: a raw Ed25519 key in base64url, as we show our own, or PEM, as `cosign
 * generate-key-pair` writes it (ECDSA P-256) and `openssl` does.
 *
 * @throws AppError INPUT_INVALID for anything else.
 */
export function readPublicKey(text: string): VerificationKey {
  const key = parse(text.trim());
  const hint = keyHint(key);
  const fingerprint = Buffer.from(hint, "base64").toString("hex");
  const raw = key.export({ format: "jwk" }).x;
  const keyId = key.asymmetricKeyType === "ed25519" && raw !== undefined ? tufKey(Buffer.from(raw, "base64url")).keyID : fingerprint;
  return { key, keyId, hints: new Set([hint, fingerprint, keyId]) };
}

function parse(text: string): KeyObject {
  try {
    const key = /^[A-Za-z0-9_-]{43}$/.test(text)
      ? createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: text }, format: "jwk" })
      : createPublicKey({ key: requirePublicPem(text), format: "pem" });
    if (key.asymmetricKeyType === "ed25519") return key;
    if (key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1") return key;
  } catch {
    // Without its cause: a private key given by mistake must not be quoted.
  }
  throw new AppError("INPUT_INVALID", "A public key is raw Ed25519 (base64url) or PEM of Ed25519 or ECDSA P-256; nothing was verified.");
}

/** Node would take a private key for its public half; nobody should give us one. */
function requirePublicPem(text: string): string {
  if (!text.startsWith("-----BEGIN PUBLIC KEY-----")) throw new TypeError("not a public key");
  return text;
}
