import { AppError } from "#shared/errors/app-error.ts";

const ROLE = /^[a-z0-9][a-z0-9.-]{0,140}$/;

/** The secret that holds a role's key. @throws AppError INPUT_INVALID for a role that is not a plain name. */
export function signingSecretName(role: string): string {
  if (!ROLE.test(role)) throw new AppError("INPUT_INVALID", "This is not the name of a signing role; nothing was signed.");
  return `signing/${role}`;
}
