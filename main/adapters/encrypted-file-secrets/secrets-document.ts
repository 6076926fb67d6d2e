import { z } from "zod";
import { isSecretName, MAX_SECRETS } from "#main/control-plane/ports/secret-name.ts";
import { AppError } from "#shared/errors/app-error.ts";

/**
 * How the key is found again. The cost of scrypt (RFC 7914) is bounded in both ways: a document that was tampered with
 * can neither make guessing cheap nor make a start take all memory (128 · n · r bytes, at most 512 MiB).
 */
const keyRecipe = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("passphrase"),
    salt: z.base64().length(24),
    n: z
      .int()
      .min(2 ** 14)
      .max(2 ** 18)
      .refine((n) => Number.isInteger(Math.log2(n)), { error: "not a power of two" }),
    r: z.int().min(8).max(16),
    p: z.int().min(1).max(4),
  }),
  z.strictObject({ kind: z.literal("key"), keyId: z.string().regex(/^[0-9a-f]{16}$/) }),
]);
/** See above. */
export type KeyRecipe = z.infer<typeof keyRecipe>;

/** A sealed value: nonce, ciphertext and tag of AES-256-GCM in one, base64. */
const sealed = z.base64().max(90_000);

const secretsDocument = z.strictObject({
  kind: z.literal("rollcall.secrets"),
  v: z.literal(1),
  key: keyRecipe,
  /** Nothing, sealed: what tells a wrong key from a damaged secret. */
  check: sealed,
  secrets: z
    .record(z.string().refine(isSecretName), sealed)
    .refine((secrets) => Object.keys(secrets).length <= MAX_SECRETS, { error: "too many secrets" }),
});
/** What a data folder keeps of its secrets. */
export type SecretsDocument = z.infer<typeof secretsDocument>;

/** Reads the document. @throws AppError ENV_DATA_CORRUPT for anything that we did not write like this; `path` is left as it is. */
export function parseSecretsDocument(text: string, path: string): SecretsDocument {
  try {
    return secretsDocument.parse(JSON.parse(text));
  } catch {
    // Without its cause, which would quote what stands in the file.
    throw new AppError("ENV_DATA_CORRUPT", `The file of secrets at ${path} is damaged; nothing was read from it.`);
  }
}
