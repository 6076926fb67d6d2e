import { hash } from "node:crypto";
import { Key } from "@tufjs/models";
import { canonicalJson } from "#shared/lib/canonical-json.ts";

/** A raw Ed25519 public key as TUF names it: the key id is the SHA-256 of its canonical JSON (specification, section 4.2). */
export function tufKey(publicKey: Uint8Array): Key {
  const document = { keytype: "ed25519", scheme: "ed25519", keyval: { public: Buffer.from(publicKey).toString("hex") } };
  const keyID = hash("sha256", canonicalJson(document));
  return new Key({ keyID, keyType: document.keytype, scheme: document.scheme, keyVal: document.keyval });
}

/** The raw public key of a TUF key, base64url, as operators' keys are written elsewhere. */
export function rawPublicKeyOf(key: Key): string {
  return Buffer.from(key.keyVal["public"] ?? "", "hex").toString("base64url");
}
