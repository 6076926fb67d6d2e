import { createPublicKey, hash } from "node:crypto";
import { BUNDLE_V03_MEDIA_TYPE, bundleToJSON, toDSSEBundle } from "@sigstore/bundle";
import { PREDICATE_TYPE, STATEMENT_TYPE } from "#shared/domain/release/release-statement.ts";
import type { PublicationContent, ReleaseSignature } from "../../ports/release-store.ts";
import { referrerDocument } from "../oci-documents.ts";
import type { StatementSignature } from "../release-trust.ts";
import { keyHint } from "./key-hint.ts";
import { makeStatement } from "./make-statement.ts";

/**
 * Puts signatures over a release's statement into Sigstore bundles (sigstore_bundle.proto, v0.3), one per key, since the
 * format holds one, with the manifests that attach them to the release's index as cosign does. Key-based: whoever
 * verifies brings the key. The same signatures give the same bytes.
 */
export function makeBundles(
  content: Omit<PublicationContent, "signature">,
  signatures: readonly StatementSignature[],
): ReleaseSignature["bundles"] {
  const { payload } = makeStatement(content);
  return signatures.map(({ keyId, publicKey, signature }) => {
    const bundle = toDSSEBundle({
      artifact: Buffer.from(payload),
      artifactType: STATEMENT_TYPE,
      signature: Buffer.from(signature),
      keyHint: keyHint(ed25519Key(publicKey)),
    });
    const bytes = Buffer.from(JSON.stringify(bundleToJSON(bundle)));
    const layer = {
      mediaType: BUNDLE_V03_MEDIA_TYPE,
      sha256: hash("sha256", bytes),
      sizeBytes: bytes.length,
      title: `${keyId.slice(0, 12)}.sigstore.json`,
    };
    const annotations = {
      "dev.sigstore.bundle.content": "dsse-envelope",
      "dev.sigstore.bundle.predicateType": PREDICATE_TYPE,
      "org.opencontainers.image.created": new Date(content.manifest.publishedAt).toISOString(),
    };
    return { keyId, bytes, referrer: referrerDocument(content.oci.index, BUNDLE_V03_MEDIA_TYPE, layer, annotations) };
  });
}

function ed25519Key(raw: Uint8Array) {
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(raw).toString("base64url") }, format: "jwk" });
}
