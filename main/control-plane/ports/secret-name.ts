import { AppError } from "#shared/errors/app-error.ts";

const NAME = /^[a-z0-9][a-z0-9._-]{0,149}(?:\/[a-z0-9][a-z0-9._-]{0,149}){0,3}$/;

/** The longest value of a secret, in bytes. */
export const MAX_SECRET_BYTES = 65_536;

/** How many secrets a store holds at most: one per store and per application, with room to spare. */
export const MAX_SECRETS = 10_000;

/** Whether a text names a secret: up to four plain words with slashes between, such as `store/<id>`. */
export function isSecretName(name: string): boolean {
  return NAME.test(name);
}

/** Guards the edge of every secret store. @throws AppError INPUT_INVALID for a name that is none or a value beyond {@link MAX_SECRET_BYTES}. */
export function requireSecret(name: string, value?: Uint8Array): void {
  if (!isSecretName(name)) throw new AppError("INPUT_INVALID", "This is not the name of a secret; nothing was read or written.");
  if (value === undefined || value.length <= MAX_SECRET_BYTES) return;
  throw new AppError("INPUT_INVALID", `A secret has at most ${MAX_SECRET_BYTES} bytes; nothing was written.`);
}
