import { z } from "zod";
import { sizeBytes } from "#shared/lib/scalars.ts";
import { contentDigest } from "./content-digest.ts";

/** Media types of the image-spec 1.1, and docker's older ones for the same documents. */
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

/** What we ask for when we ask for a manifest by name. */
export const ACCEPTED_MANIFESTS = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST].join(", ");

const annotations = z.record(z.string().max(300), z.string().max(65_536)).default({});

/** A descriptor as others write it. */
export const descriptor = z.object({
  mediaType: z.string().max(300),
  digest: contentDigest,
  size: sizeBytes,
  artifactType: z.string().max(300).optional(),
  platform: z.object({ os: z.string().max(100), architecture: z.string().max(100), variant: z.string().max(100).optional() }).optional(),
  annotations,
});
export type Descriptor = z.infer<typeof descriptor>;

/** An index or docker manifest list. What it says beyond this is kept out of what we decide by. */
export const indexDocument = z.object({
  mediaType: z.string().max(300).optional(),
  artifactType: z.string().max(300).optional(),
  manifests: z.array(descriptor).max(10_000),
  annotations,
});
export type IndexDocument = z.infer<typeof indexDocument>;

/** A manifest of one image or artifact. */
export const manifestDocument = z.object({
  mediaType: z.string().max(300).optional(),
  artifactType: z.string().max(300).optional(),
  config: descriptor,
  layers: z.array(descriptor).max(1000),
  annotations,
});
export type ManifestDocument = z.infer<typeof manifestDocument>;

/** Whether a media type is that of an index, under either of its names. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_LIST;
}
