import { hash } from "node:crypto";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import {
  artifactText,
  descriptor,
  OCI_INDEX,
  ociRelease as ociTexts,
  ociText,
  type OciLayer,
  type OciText,
} from "#shared/domain/release/oci-release.ts";
import type { OciRelease, StoreDocument } from "../ports/release-store.ts";

const sha256 = (text: string): string => hash("sha256", text);

/** The tag under which registries without the referrers API list what is attached to a document (distribution-spec, fallback tag). */
export function referrersTag(digest: string): string {
  return `sha256-${digest}`;
}

/** The list of what is attached to a document, as the fallback tag and the referrers API have it. */
export function referrersIndex(referrers: readonly StoreDocument[]): StoreDocument {
  const manifests = referrers.map((one) => descriptor({ ...one, sizeBytes: one.bytes.length }));
  return stored(ociText(OCI_INDEX, OCI_INDEX, sha256, { schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
}

/** A release as OCI documents that are ready to be stored; see `shared/domain/release/oci-release.ts`. */
export function ociRelease(release: ReleaseManifest, signed: Pick<OciLayer, "sha256" | "sizeBytes">, applicationName: string): OciRelease {
  const { emptyConfig, manifests, index } = ociTexts(release, signed, applicationName, sha256);
  return { emptyConfig: stored(emptyConfig), manifests: manifests.map(stored), index: stored(index) };
}

/** Something attached to a document of a release, found there by its `subject` (distribution-spec, listing referrers). */
export function referrerDocument(
  subject: StoreDocument,
  artifactType: string,
  layer: OciLayer,
  annotations: Readonly<Record<string, string>>,
): StoreDocument {
  return stored(
    artifactText({ artifactType, layers: [layer], annotations, subject: { ...subject, sizeBytes: subject.bytes.length } }, sha256),
  );
}

function stored({ text, mediaType, artifactType, ...written }: OciText): StoreDocument {
  return { bytes: Buffer.from(text), sha256: written.sha256, mediaType, artifactType };
}
