import { hash } from "node:crypto";
import type { PublicationContent, ReleaseSignature } from "../../control-plane/ports/release-store.ts";
import { CHECKSUMS_NAME, MANIFEST_NAME } from "#shared/domain/store/github/own-document-names.ts";
import type { WantedAsset } from "#shared/domain/store/github/wanted-asset.ts";

/** A document that lies beside the artifacts, small enough to hold. */
export type DocumentAsset = WantedAsset & { readonly bytes: Uint8Array };

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
