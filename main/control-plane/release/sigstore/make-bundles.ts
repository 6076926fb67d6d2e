import { hash } from "node:crypto";
import { stableJson } from "#shared/lib/stable-json.ts";
import type { PublicationContent, ReleaseSignature } from "../../ports/release-store.ts";
import { referrerDocument } from "../oci-documents.ts";
import type { StatementSignature } from "../release-trust.ts";
import { makeStatement, STATEMENT_TYPE } from "./make-statement.ts";

/** Media type of a Sigstore bundle, which is its `artifactType` as a referrer, too. */
export const BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

/**
 * Puts signatures over a release's statement into Sigstore bundles (sigstore_bundle.proto, v0.3), one per key, since the
 * format holds one. Key-based: the hint is the key's id, and whoever verifies brings the key.
 */
export function makeBundles(
  content: Omit<PublicationContent, "signature">,
  signatures: readonly StatementSignature[],
): ReleaseSignature["bundles"] {
  const payload = Buffer.from(makeStatement(content).payload).toString("base64");
  return signatures.map(({ keyId, signature }) => {
    const sig = Buffer.from(signature).toString("base64");
    const bundle = {
      mediaType: BUNDLE_TYPE,
      verificationMaterial: { publicKey: { hint: keyId }, tlogEntries: [] },
      dsseEnvelope: { payload, payloadType: STATEMENT_TYPE, signatures: [{ sig, keyid: keyId }] },
    };
    const bytes = Buffer.from(stableJson(bundle));
    const described = {
      sha256: hash("sha256", bytes),
      sizeBytes: bytes.length,
      mediaType: BUNDLE_TYPE,
      title: `${keyId.slice(0, 12)}.sigstore.json`,
    };
    return { keyId, bytes, referrer: referrerDocument(content.oci.index, BUNDLE_TYPE, described) };
  });
}
