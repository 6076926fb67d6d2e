import { createHash, createPublicKey, verify } from "node:crypto";
import type { ChainCrypto } from "#shared/domain/audit/chain.ts";

/** SHA-256 in hex of a text's UTF-8 bytes. */
export function sha256Text(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Node's cryptography for checking an audit against a raw Ed25519 public key of 32 bytes. */
export function auditCrypto(publicKey: Uint8Array): ChainCrypto {
  const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") } });
  return { sha256: sha256Text, isSigned: (bytes, signature) => verify(null, bytes, key, Buffer.from(signature, "base64url")) };
}
