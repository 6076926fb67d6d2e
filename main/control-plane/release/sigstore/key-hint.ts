import { hash, type KeyObject } from "node:crypto";

/** How a bundle names its key: the base64 of the SHA-256 of the key as SubjectPublicKeyInfo, as sigstore-go writes it. */
export function keyHint(publicKey: KeyObject): string {
  return hash("sha256", publicKey.export({ format: "der", type: "spki" }), "base64");
}
