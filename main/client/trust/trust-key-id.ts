import { hash } from "node:crypto";
import { rawKeyId } from "#shared/domain/trust/reading/key-names.ts";
import type { TrustKeyId } from "#shared/domain/trust/trust-key.ts";

/** The id by which TUF documents name a key (specification, section 4.2), from the raw public key in base64url. */
export function trustKeyId(publicKey: string): TrustKeyId {
  return rawKeyId(publicKey, (text) => hash("sha256", text));
}
