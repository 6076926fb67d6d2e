import { hash } from "node:crypto";
import { canonicalJson } from "#shared/lib/canonical-json.ts";
import type { TrustKeyId } from "#shared/domain/trust/trust-key.ts";

/** The id by which TUF documents name a key (specification, section 4.2), from the raw public key in base64url. */
export function trustKeyId(publicKey: string): TrustKeyId {
  const keyval = { public: Buffer.from(publicKey, "base64url").toString("hex") };
  return hash("sha256", canonicalJson({ keytype: "ed25519", scheme: "ed25519", keyval }));
}
