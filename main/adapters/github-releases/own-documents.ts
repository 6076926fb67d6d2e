import { hash } from "node:crypto";
import type { PublicationContent, ReleaseSignature } from "../../control-plane/ports/release-store.ts";
import type { WantedAsset } from "./wanted-asset.ts";

/** Name of the list that `sha256sum -c` reads. */
export const CHECKSUMS_NAME = "SHA256SUMS";
/** Name of the release manifest, which makes a release one of ours. */
export const MANIFEST_NAME = "rollcall-release.json";
const BUNDLE_NAME = /^rollcall-release(?:\.[0-9a-z]{1,16})?\.sigstore\.json$/;

/** A document that lies beside the artifacts, small enough to hold. */
export type DocumentAsset = WantedAsset & { readonly bytes: Uint8Array };

/** Whether an asset is one of the documents that we put beside artifacts. */
export function isOwnDocument(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === CHECKSUMS_NAME.toLowerCase() || lower === MANIFEST_NAME || BUNDLE_NAME.test(lower);
}

/** The release manifest, and the checksums of it and of every artifact under the names that they have here. */
export function describingDocuments(content: PublicationContent, artifacts: readonly WantedAsset[]): readonly DocumentAsset[] {
  const manifest = document(MANIFEST_NAME, "Release manifest", content.manifestBytes);
  const lines = [...artifacts, manifest].map(({ name, sha256 }) => ({ name, line: `${sha256}  ${name}\n` }));
  const sorted = lines.toSorted((left, right) => (left.name < right.name ? -1 : 1)).map(({ line }) => line);
  return [document(CHECKSUMS_NAME, "Checksums", Buffer.from(sorted.join(""))), manifest];
}

/**
 * Sigstore bundles, one per key. The first, by key, has the plain name that instructions can quote; the others carry
 * the beginning of their key's id.
 */
export function signatureDocuments(signature: ReleaseSignature): readonly DocumentAsset[] {
  return signature.bundles
    .toSorted((left, right) => (left.keyId < right.keyId ? -1 : 1))
    .map(({ keyId, bytes }, index) => {
      const name = index === 0 ? "rollcall-release.sigstore.json" : `rollcall-release.${keyWord(keyId)}.sigstore.json`;
      return document(name, `Sigstore bundle of key ${keyId.slice(0, 12)}`, bytes);
    });
}

function keyWord(keyId: string): string {
  return keyId
    .toLowerCase()
    .replaceAll(/[^0-9a-z]/g, "")
    .slice(0, 16);
}

function document(name: string, label: string, bytes: Uint8Array): DocumentAsset {
  return { name, label, sha256: hash("sha256", bytes), sizeBytes: bytes.length, bytes };
}
