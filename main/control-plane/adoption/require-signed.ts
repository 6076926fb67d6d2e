import { AppError } from "#shared/errors/app-error.ts";
import type { FoundFile } from "../ports/release-store.ts";
import type { InspectedRelease } from "../store/store-browser.ts";

/**
 * The signed statement must name the release as a whole, or each file by itself.
 *
 * @throws AppError TRUST_SIGNATURE_INVALID.
 */
export function requireSigned({ detail, verdict }: InspectedRelease, files: readonly FoundFile[]): void {
  const nothing = "no draft was made.";
  switch (verdict.kind) {
    case "none":
      throw new AppError("TRUST_SIGNATURE_INVALID", `${detail.reference} carries no signature; ${nothing}`);
    case "invalid":
      throw new AppError("TRUST_SIGNATURE_INVALID", `${verdict.message} No draft was made.`);
    case "unknown-key":
      throw new AppError("TRUST_SIGNATURE_INVALID", `None of the given keys has signed ${detail.reference}; ${nothing}`);
    case "verified": {
      const unnamed = files.find((file) => file.sha256 === undefined);
      if (unnamed !== undefined) throw new AppError("TRUST_SIGNATURE_INVALID", `The store keeps no digest of ${unnamed.name}; ${nothing}`);
    }
  }
}
