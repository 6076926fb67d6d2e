import { z } from "zod";
import { operatorKey } from "#shared/domain/trust/trust-key.ts";

const base64 = (maxBytes: number) => z.base64().max(Math.ceil(maxBytes / 3) * 4);

/**
 * Cost of deriving the key from the passphrase (scrypt, RFC 7914). The bounds keep a doctored file from using up the
 * machine: at most 1 GiB, seldom more than some seconds.
 */
const scryptProtection = z.object({
  kind: z.literal("scrypt-aes-256-gcm"),
  n: z
    .int()
    .min(2 ** 14)
    .max(2 ** 20)
    .refine((n) => Number.isInteger(Math.log2(n)), "a power of two"),
  r: z.literal(8),
  p: z.int().min(1).max(4),
  salt: base64(32),
  nonce: base64(12),
  tag: base64(16),
});
export type ScryptProtection = z.infer<typeof scryptProtection>;

/**
 * An operator's or recovery key at rest. `privateKey` is PKCS #8 (DER), encrypted unless the protection is `none`. What
 * stands beside it is authenticated with it, so that nobody gives a key another name or purpose.
 */
export const operatorKeyFile = z.object({
  kind: z.literal("rollcall.operator-key"),
  v: z.literal(1),
  ...operatorKey.shape,
  protection: z.discriminatedUnion("kind", [scryptProtection, z.object({ kind: z.literal("none") })]),
  privateKey: base64(256),
});
export type OperatorKeyFile = z.infer<typeof operatorKeyFile>;

/** The public half, which travels: whoever sets up a quorum is given this file. */
export const publicKeyFile = z.object({ kind: z.literal("rollcall.public-key"), v: z.literal(1), ...operatorKey.shape });
export type PublicKeyFile = z.infer<typeof publicKeyFile>;

/** Key files are a page of text; anything much longer is something else. */
export const MAX_KEY_FILE_BYTES = 16 * 1024;
