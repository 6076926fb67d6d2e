import { AppError } from "#shared/errors/app-error.ts";

const ROLE = /^[a-z0-9][a-z0-9.-]{0,140}$/;

/** The folder of the keys that are in use, and of those that are to follow them. No role holds a slash, so none is both. */
export type SigningFolder = "signing" | "signing/next";

/** The secret that holds a role's key. @throws AppError INPUT_INVALID for a role that is not a plain name. */
export function signingSecretName(role: string, folder: SigningFolder = "signing"): string {
  if (!ROLE.test(role)) throw new AppError("INPUT_INVALID", "This is not the name of a signing role; nothing was signed.");
  return `${folder}/${role}`;
}
