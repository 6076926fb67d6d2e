import { preAuthenticationEncoding, releaseStatement, STATEMENT_TYPE } from "#shared/domain/release/release-statement.ts";
import type { PublicationContent } from "../../ports/release-store.ts";

/** A statement about a release: the payload that bundles carry, and the bytes that are signed. */
export type ReleaseStatement = { readonly payload: Uint8Array; readonly signedBytes: Uint8Array };

/** The statement of a release's content; see `shared/domain/release/release-statement.ts`. */
export function makeStatement(content: Omit<PublicationContent, "signature">): ReleaseStatement {
  const { manifest, manifestSha256, applicationName, oci } = content;
  const payload = releaseStatement({ manifest, manifestSha256, applicationName, indexSha256: oci.index.sha256 });
  return { payload: Buffer.from(payload), signedBytes: Buffer.from(preAuthenticationEncoding(STATEMENT_TYPE, payload)) };
}
