import { stableJson } from "#shared/lib/stable-json.ts";
import type { PublicationContent } from "../../ports/release-store.ts";

/** DSSE payload type of an in-toto statement. */
export const STATEMENT_TYPE = "application/vnd.in-toto+json";

/** What the statement says: that its subjects were signed, as `cosign sign` says it. */
export const PREDICATE_TYPE = "https://sigstore.dev/cosign/sign/v1";

/** A statement about a release: the payload that bundles carry, and the bytes that are signed. */
export type ReleaseStatement = { readonly payload: Uint8Array; readonly signedBytes: Uint8Array };

/**
 * Writes the in-toto statement (specification v1) of a release. Its subjects are the OCI index, the release manifest and
 * every artifact, so that a bundle checks whichever of them somebody holds. The same release gives the same bytes.
 */
export function makeStatement(content: Omit<PublicationContent, "signature">): ReleaseStatement {
  const { manifest } = content;
  const subject = [
    { name: `${content.productId}:${manifest.version}`, digest: { sha256: content.oci.index.sha256 } },
    { name: `${manifest.version}.json`, digest: { sha256: content.manifestSha256 } },
    ...manifest.artifacts.map((one) => ({ name: `${one.platform}/${one.fileName}`, digest: { sha256: one.digests.sha256 } })),
  ];
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject,
    predicateType: PREDICATE_TYPE,
    predicate: { productId: content.productId, version: manifest.version, releaseId: manifest.releaseId },
  };
  const payload = Buffer.from(stableJson(statement));
  return { payload, signedBytes: preAuthenticationEncoding(STATEMENT_TYPE, payload) };
}

/** What DSSE signs instead of the bare payload (DSSE protocol v1, PAE), so that no payload passes as one of another type. */
function preAuthenticationEncoding(type: string, payload: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
}
