import { RELEASE_MANIFEST_MEDIA_TYPE } from "#shared/domain/release/manifest.ts";
import { DELTA_TYPE } from "#shared/domain/release/oci-release.ts";
import {
  indexDocument,
  isIndexType,
  manifestDocument,
  type IndexDocument,
  type ManifestDocument,
} from "#main/node/oci/client/oci-schemas.ts";
import { parseDocument } from "#main/node/oci/client/parse-document.ts";
import type { FetchedManifest } from "#main/node/oci/client/manifests.ts";

/** What a tag points at: an index over several manifests, or one manifest. */
export type ReleaseDocument =
  | { readonly kind: "index"; readonly index: IndexDocument }
  | { readonly kind: "manifest"; readonly manifest: ManifestDocument };

/** Reads what a tag points at. @throws AppError STORE_PROTOCOL. */
export function readDocument(fetched: FetchedManifest, what: string): ReleaseDocument {
  if (isIndexType(fetched.mediaType)) return { kind: "index", index: parseDocument(indexDocument, fetched.bytes, what) };
  return { kind: "manifest", manifest: parseDocument(manifestDocument, fetched.bytes, what) };
}

/** What lists say of a release, from its annotations. `isOurs` is an index that names one of our release manifests. */
export function summaryOf(document: ReleaseDocument): {
  readonly createdAt: number | undefined;
  readonly isOurs: boolean;
  readonly notes: string;
} {
  const { annotations } = document.kind === "index" ? document.index : document.manifest;
  const created = Date.parse(annotations["org.opencontainers.image.created"] ?? "");
  return {
    createdAt: Number.isNaN(created) || created < 0 ? undefined : created,
    isOurs: document.kind === "index" && document.index.manifests.some(isReleaseManifest),
    notes: (annotations["org.opencontainers.image.description"] ?? "").slice(0, 20_000),
  };
}

/** Whether an entry of an index leads to a file of a release, and is none itself. */
export function isDelta(entry: { readonly artifactType?: string | undefined }): boolean {
  return entry.artifactType === DELTA_TYPE;
}

/** Whether an entry of an index is our signed release manifest, which is no file of the release. */
export function isReleaseManifest(entry: { readonly artifactType?: string | undefined }): boolean {
  return entry.artifactType === RELEASE_MANIFEST_MEDIA_TYPE;
}
