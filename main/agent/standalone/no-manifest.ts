import { AppError } from "#shared/errors/app-error.ts";
import type { TrustConfig } from "./standalone-config.ts";

/** What a release without our manifest is refused with: by who asks for signatures, and by who forgot to say that it is a plain file. */
export function noManifest(what: string, trust: TrustConfig): AppError {
  const why =
    "unsigned" in trust
      ? 'it is a plain file; say "plain": {} beside the source to run such'
      : "it is a plain file, which nobody can have signed, and this host asks for signatures";
  return new AppError("TRUST_SIGNATURE_INVALID", `${what} has no release manifest: ${why}. It was not installed.`);
}
