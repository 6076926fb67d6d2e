import { createPublicKey, verify, type KeyObject } from "node:crypto";

/**
 * A public key (raw 32 bytes, base64url) that is ready to check signatures, for whoever checks many by one key.
 *
 * @throws TypeError or Node's own error when the text is no key.
 */
export function ed25519PublicKey(text: string): KeyObject {
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

/** Whether the holder of `publicKey` signed these bytes. What is no key or no signature at all is simply not signed. */
export function isSignedWith(publicKey: string, bytes: Uint8Array, signature: string): Promise<boolean> {
  let key: KeyObject;
  try {
    key = ed25519PublicKey(publicKey);
  } catch {
    return Promise.resolve(false);
  }
  return isSignedBy(key, bytes, signature);
}
