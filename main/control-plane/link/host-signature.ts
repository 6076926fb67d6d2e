import { createPublicKey, verify, type KeyObject } from "node:crypto";

/** A host's public key, ready to check signatures. `text` is the raw 32 bytes, base64url. */
export function hostKey(text: string): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: text }, format: "jwk" });
}

/**
 * Whether the key signed these bytes (Ed25519, RFC 8032). Runs on the thread pool: ten thousand reports at once must not
 * keep a pause waiting.
 */
export function isSignedBy(key: KeyObject, bytes: Uint8Array, signature: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(null, bytes, key, Buffer.from(signature, "base64url"), (failure, valid) => {
      if (failure === null) resolve(valid);
      else reject(failure);
    });
  });
}
