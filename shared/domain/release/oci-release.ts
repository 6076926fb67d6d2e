import type { Json } from "../../lib/canonical-json.ts";
import { stableJson } from "../../lib/stable-json.ts";
import type { Platform } from "../artifact/platform.ts";
import { deltaFiles, distinctArtifacts } from "./delta-files.ts";
import { RELEASE_MANIFEST_MEDIA_TYPE, type ReleaseManifest } from "./manifest.ts";
import { deltasOf } from "./tree-delta.ts";

/** Media types of the OCI image-spec, 1.1. */
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
/** What one file of a release is, to registries and to people who look there. */
export const ARTIFACT_TYPE = "application/vnd.rollcall.artifact.v1";
/** What leads to one file of a release from older ones (docs/delta-format.md). */
export const DELTA_TYPE = "application/vnd.rollcall.delta.v1";
const EMPTY_CONFIG_TYPE = "application/vnd.oci.empty.v1+json";
/** On descriptors and manifests: the platform in our words, libc included. */
export const PLATFORM_ANNOTATION = "vnd.rollcall.platform";
/** On manifests of deltas: the file that they make. */
const DELTA_TO_ANNOTATION = "vnd.rollcall.delta.to";
/** The file name of a layer, as OCI clients name it. */
export const TITLE_ANNOTATION = "org.opencontainers.image.title";

/** An OCI document as text, with what descriptors say about it. */
export type OciText = {
  readonly text: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly artifactType: string;
};

/** SHA-256 (hex) of a text's UTF-8 bytes, which each environment has its own way to compute. */
type Sha256 = (text: string) => string;
type Annotations = Readonly<Record<string, string>>;

/** A file that an artifact's manifest carries; its title is the file name for those who pull it. */
export type OciLayer = { readonly mediaType: string; readonly sha256: string; readonly sizeBytes: number; readonly title: string };

/** What an artifact's manifest is made of. `subject` is the document that it is attached to. */
export type OciArtifact = {
  readonly artifactType: string;
  readonly layers: readonly OciLayer[];
  readonly annotations: Annotations;
  readonly subject?: Pick<OciText, "mediaType" | "sha256" | "sizeBytes">;
};

/**
 * Writes a release as OCI documents: one artifact manifest per platform, one for the signed release manifest, one for
 * the deltas to each file that has some, and the index over them. Deltas are manifests of their own, without a platform,
 * so that whoever pulls a platform gets its file and nothing else. The same release gives the same bytes, so that a publication can be done again after a kill, and so
 * that whoever signs can compute what others' tools will find.
 *
 * @param signed digest and size of the release manifest's own bytes.
 */
export function ociRelease(
  release: ReleaseManifest,
  signed: Pick<OciLayer, "sha256" | "sizeBytes">,
  applicationName: string,
  sha256: Sha256,
): { readonly emptyConfig: OciText; readonly manifests: readonly OciText[]; readonly index: OciText } {
  const annotations = {
    "org.opencontainers.image.created": new Date(release.publishedAt).toISOString(),
    [TITLE_ANNOTATION]: applicationName,
    "org.opencontainers.image.version": release.version,
  };
  const files = release.artifacts.map((artifact) => ({
    platform: artifact.platform,
    manifest: artifactText(fileArtifact(artifact, annotations), sha256),
  }));
  const layer = { mediaType: RELEASE_MANIFEST_MEDIA_TYPE, ...signed, title: `${release.version}.json` };
  const document = artifactText({ artifactType: RELEASE_MANIFEST_MEDIA_TYPE, layers: [layer], annotations }, sha256);
  const deltas = deltaArtifacts(release, annotations).map((artifact) => artifactText(artifact, sha256));
  const index = ociText(OCI_INDEX, ARTIFACT_TYPE, sha256, {
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
      ...deltas.map((one) => descriptor(one)),
    ],
    annotations,
  });
  return { emptyConfig: emptyConfig(sha256), manifests: [...files.map(({ manifest }) => manifest), document, ...deltas], index };
}

/** The manifest of one artifact (image-spec, "Guidelines for Artifact Usage"). */
export function artifactText({ artifactType, layers, annotations, subject }: OciArtifact, sha256: Sha256): OciText {
  const config = emptyConfig(sha256);
  return ociText(OCI_MANIFEST, artifactType, sha256, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType,
    config: { mediaType: config.mediaType, digest: `sha256:${config.sha256}`, size: config.sizeBytes, data: "e30=" },
    layers: layers.map((layer) => ({
      mediaType: layer.mediaType,
      digest: `sha256:${layer.sha256}`,
      size: layer.sizeBytes,
      annotations: { [TITLE_ANNOTATION]: layer.title },
    })),
    ...(subject === undefined
      ? {}
      : { subject: { mediaType: subject.mediaType, digest: `sha256:${subject.sha256}`, size: subject.sizeBytes } }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  });
}

/** Writes a document with its digest. */
export function ociText(mediaType: string, artifactType: string, sha256: Sha256, value: Json): OciText {
  const text = stableJson(value);
  return { text, sha256: sha256(text), sizeBytes: new TextEncoder().encode(text).length, mediaType, artifactType };
}

/** How an index names a document. */
export function descriptor({ mediaType, sha256, sizeBytes, artifactType }: Omit<OciText, "text">) {
  return { mediaType, digest: `sha256:${sha256}`, size: sizeBytes, artifactType };
}

function emptyConfig(sha256: Sha256): OciText {
  return ociText(EMPTY_CONFIG_TYPE, EMPTY_CONFIG_TYPE, sha256, {});
}

function fileArtifact(artifact: ReleaseManifest["artifacts"][number], annotations: Annotations): OciArtifact {
  const layer = {
    mediaType: "application/octet-stream",
    sha256: artifact.digests.sha256,
    sizeBytes: artifact.sizeBytes,
    title: artifact.fileName,
  };
  return { artifactType: ARTIFACT_TYPE, layers: [layer], annotations: { ...annotations, [PLATFORM_ANNOTATION]: artifact.platform } };
}

function deltaArtifacts(release: ReleaseManifest, annotations: Annotations): readonly OciArtifact[] {
  return distinctArtifacts(release)
    .map((artifact) => ({ artifact, files: deltaFiles(artifact.fileName, deltasOf(artifact)) }))
    .filter(({ files }) => files.length > 0)
    .map(({ artifact, files }) => ({
      artifactType: DELTA_TYPE,
      layers: files.map(({ name, sha256, sizeBytes }) => ({ mediaType: DELTA_TYPE, sha256, sizeBytes, title: name })),
      annotations: { ...annotations, [DELTA_TO_ANNOTATION]: `sha256:${artifact.digests.sha256}` },
    }));
}

/** `linux/arm64/v8+musl` as OCI knows it; libc has no place there and stands in our annotation. `any` names no platform. */
function ociPlatform(platform: Platform): {
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
} {
  const [os, architecture, variant] = (platform.split("+")[0] ?? platform).split("/");
  if (os === undefined || architecture === undefined) return {};
  return { platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } };
}
