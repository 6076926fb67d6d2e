import { createHash, createPublicKey, verify } from "node:crypto";

/** SHA-256 in hex of a text's UTF-8 bytes. */
export function sha256Text(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Whether `signature` is over `bytes` by the raw Ed25519 public key of 32 bytes (RFC 8032). */
export function verifyEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") } });
  return verify(null, bytes, key, signature);
}
