import { z } from "zod";
import { displayName, sha256Hex } from "../../lib/scalars.ts";

/** Raw Ed25519 public key, 32 bytes, base64url. */
export const rawPublicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** TUF key id: SHA-256 of the key's canonical JSON (specification, section 4.2). */
export const trustKeyId = sha256Hex;
export type TrustKeyId = z.infer<typeof trustKeyId>;

/**
 * A key that people hold. `operator` keys sign root, targets and applications; a `recovery` key signs root alone, lies
 * offline, and brings trust back when an operator's key is lost.
 */
export const operatorKey = z.object({ label: displayName, publicKey: rawPublicKey, use: z.enum(["operator", "recovery"]) });
export type OperatorKey = z.infer<typeof operatorKey>;

/** The operators as root names them: any `threshold` of the operator keys sign. Root counts recovery keys, too. */
export const operatorQuorum = z
  .object({ threshold: z.int().min(1).max(16), keys: z.array(operatorKey).min(1).max(32) })
  .refine((quorum) => quorum.keys.filter((key) => key.use === "operator").length >= quorum.threshold, {
    error: "fewer operator keys than must sign",
  })
  .refine((quorum) => new Set(quorum.keys.map((key) => key.publicKey)).size === quorum.keys.length, { error: "a key stands twice" });
export type OperatorQuorum = z.infer<typeof operatorQuorum>;
