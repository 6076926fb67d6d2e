import { hash } from "node:crypto";
import type { Artifact } from "#shared/domain/artifact/artifact.ts";
import type { Platform } from "#shared/domain/artifact/platform.ts";
import { RELEASE_MANIFEST_MEDIA_TYPE, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import { stableJson } from "#shared/lib/stable-json.ts";
import type { OciRelease, StoreDocument } from "../ports/release-store.ts";

/** Media types of the OCI image-spec, 1.1. */
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
/** What one file of a release is, to registries and to people who look there. */
export const ARTIFACT_TYPE = "application/vnd.rollcall.artifact.v1";
const EMPTY_CONFIG_TYPE = "application/vnd.oci.empty.v1+json";
/** On descriptors and manifests: the platform in our words, libc included. */
export const PLATFORM_ANNOTATION = "vnd.rollcall.platform";
/** The file name of a layer, as OCI clients name it. */
export const TITLE_ANNOTATION = "org.opencontainers.image.title";

/** The tag under which registries without the referrers API list what is attached to a document (distribution-spec, fallback tag). */
export function referrersTag(sha256: string): string {
  return `sha256-${sha256}`;
}

/** The list of what is attached to a document, as the fallback tag and the referrers API have it. */
export function referrersIndex(referrers: readonly StoreDocument[]): StoreDocument {
  return toDocument(OCI_INDEX, OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: referrers.map(descriptor) });
}

/**
 * Writes a release as OCI documents: one artifact manifest per platform, one for the signed release manifest, and the
 * index over them. The same release gives the same bytes, so that a publication can be done again after a kill.
 */
export function ociRelease(
  release: ReleaseManifest,
  signed: { readonly sha256: string; readonly sizeBytes: number },
  applicationName: string,
): OciRelease {
  const annotations = {
    "org.opencontainers.image.created": new Date(release.publishedAt).toISOString(),
    [TITLE_ANNOTATION]: applicationName,
    "org.opencontainers.image.version": release.version,
  };
  const files = release.artifacts.map((artifact) => ({ platform: artifact.platform, manifest: artifactManifest(artifact, annotations) }));
  const document = artifactDocument(
    RELEASE_MANIFEST_MEDIA_TYPE,
    { mediaType: RELEASE_MANIFEST_MEDIA_TYPE, sha256: signed.sha256, sizeBytes: signed.sizeBytes, title: `${release.version}.json` },
    annotations,
  );
  const index = toDocument(OCI_INDEX, ARTIFACT_TYPE, {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    artifactType: ARTIFACT_TYPE,
    manifests: [
      ...files.map(({ platform, manifest }) => ({
        ...descriptor(manifest),
        ...ociPlatform(platform),
        annotations: { [PLATFORM_ANNOTATION]: platform },
      })),
      descriptor(document),
    ],
    annotations,
  });
  return { emptyConfig: EMPTY_CONFIG, manifests: [...files.map(({ manifest }) => manifest), document], index };
}

/** Something attached to a document of a release, found there by its `subject` (distribution-spec, listing referrers). */
export function referrerDocument(subject: StoreDocument, artifactType: string, layer: OciLayer, annotations: Annotations): StoreDocument {
  return artifactDocument(artifactType, layer, annotations, subject);
}

type Annotations = Readonly<Record<string, string>>;
/** The one file that an artifact's manifest carries; its title is the file name for those who pull it. */
export type OciLayer = { readonly mediaType: string; readonly sha256: string; readonly sizeBytes: number; readonly title: string };

function artifactManifest(
  artifact: Pick<Artifact, "platform" | "fileName" | "sizeBytes" | "digests">,
  annotations: Annotations,
): StoreDocument {
  const layer = {
    mediaType: "application/octet-stream",
    sha256: artifact.digests.sha256,
    sizeBytes: artifact.sizeBytes,
    title: artifact.fileName,
  };
  return artifactDocument(ARTIFACT_TYPE, layer, { ...annotations, [PLATFORM_ANNOTATION]: artifact.platform });
}

function artifactDocument(artifactType: string, layer: OciLayer, annotations: Annotations, subject?: StoreDocument): StoreDocument {
  return toDocument(OCI_MANIFEST, artifactType, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType,
    config: { mediaType: EMPTY_CONFIG_TYPE, digest: `sha256:${EMPTY_CONFIG.sha256}`, size: EMPTY_CONFIG.bytes.length, data: "e30=" },
    layers: [
      {
        mediaType: layer.mediaType,
        digest: `sha256:${layer.sha256}`,
        size: layer.sizeBytes,
        annotations: { [TITLE_ANNOTATION]: layer.title },
      },
    ],
    ...(subject === undefined
      ? {}
      : { subject: { mediaType: subject.mediaType, digest: `sha256:${subject.sha256}`, size: subject.bytes.length } }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  });
}

/** `linux/arm64/v8+musl` as OCI knows it; libc has no place there and stands in our annotation. `any` names no platform. */
function ociPlatform(platform: Platform): {
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
} {
  const [os, architecture, variant] = (platform.split("+")[0] ?? platform).split("/");
  if (os === undefined || architecture === undefined) return {};
  return { platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } };
}

function descriptor(document: StoreDocument): { mediaType: string; digest: string; size: number; artifactType: string } {
  return {
    mediaType: document.mediaType,
    digest: `sha256:${document.sha256}`,
    size: document.bytes.length,
    artifactType: document.artifactType,
  };
}

function toDocument(mediaType: string, artifactType: string, value: Json): StoreDocument {
  const bytes = Buffer.from(stableJson(value));
  return { bytes, sha256: hash("sha256", bytes), mediaType, artifactType };
}

const EMPTY_CONFIG = toDocument(EMPTY_CONFIG_TYPE, EMPTY_CONFIG_TYPE, {});
