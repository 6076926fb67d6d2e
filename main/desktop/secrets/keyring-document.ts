import { z } from "zod";
import { isSecretName, MAX_SECRETS } from "#main/control-plane/ports/secret-name.ts";
import { AppError } from "#shared/errors/app-error.ts";

const keyringDocument = z.strictObject({
  kind: z.literal("rollcall.keyring-secrets"),
  v: z.literal(1),
  /** What the keyring sealed, base64. */
  secrets: z
    .record(z.string().refine(isSecretName), z.base64().max(200_000))
    .refine((secrets) => Object.keys(secrets).length <= MAX_SECRETS, { error: "too many secrets" }),
});
/** What the desktop keeps of its secrets. */
export type KeyringDocument = z.infer<typeof keyringDocument>;

/** The document of a first start. */
export const EMPTY_KEYRING_DOCUMENT: KeyringDocument = { kind: "rollcall.keyring-secrets", v: 1, secrets: {} };

/** Reads the document. @throws AppError ENV_DATA_CORRUPT; the file at `path` is left as it is. */
export function parseKeyringDocument(text: string, path: string): KeyringDocument {
  try {
    return keyringDocument.parse(JSON.parse(text));
  } catch {
    // Without its cause, which would quote what stands in the file.
    throw new AppError("ENV_DATA_CORRUPT", `The file of secrets at ${path} is damaged; nothing was read from it.`);
  }
}
