import { createPublicKey, verify, type KeyObject } from "node:crypto";

/**
 * Whether the holder of `publicKey` (raw 32 bytes, base64url) signed these bytes (Ed25519, RFC 8032). The check runs on
 * the thread pool. What is no key or no signature at all is simply not signed.
 */
export function isSignedWith(publicKey: string, bytes: Uint8Array, signature: string): Promise<boolean> {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey }, format: "jwk" });
  } catch {
    return Promise.resolve(false);
  }
  return new Promise((resolve, reject) => {
    verify(null, bytes, key, Buffer.from(signature, "base64url"), (failure, valid) => {
      if (failure === null) resolve(valid);
      else reject(failure);
    });
  });
}
