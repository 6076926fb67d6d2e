import { z } from "zod";
import { applicationId, releaseId } from "../../lib/ids.ts";
import { epochMs, fileName, semver, sizeBytes } from "../../lib/scalars.ts";
import { artifactFormat, digests } from "../artifact/artifact.ts";
import { platform } from "../artifact/platform.ts";
import { isWorthwhileDelta, releaseDeltas } from "./delta.ts";
import { deltasOf, releaseTree } from "./tree-delta.ts";
import { applicationKind, productId } from "./release.ts";
import { runSpec } from "./run-spec.ts";

/** Media type of the release manifest. */
export const RELEASE_MANIFEST_MEDIA_TYPE = "application/vnd.rollcall.release.v1+json";

/** One file of a release. `deltas` and `tree` are absent where there are none, so that such manifests keep their bytes. */
const manifestArtifact = z
  .object({
    platform,
    fileName,
    sizeBytes,
    digests,
    format: artifactFormat,
    deltas: releaseDeltas.optional(),
    tree: releaseTree.optional(),
  })
  .refine(
    (artifact) => deltasOf(artifact).every((delta) => isWorthwhileDelta(delta.sizeBytes, artifact.sizeBytes)),
    "a delta is at most 60 % of its artifact",
  );

/**
 * What is signed about a release: a TUF target of the application's delegated role, written as JSON with sorted keys. A host
 * installs nothing that its verified manifest does not name.
 */
export const releaseManifest = z.object({
  schema: z.literal(1),
  applicationId,
  productId,
  kind: applicationKind,
  releaseId,
  version: semver,
  publishedAt: epochMs,
  runSpec,
  artifacts: z.array(manifestArtifact).min(1).max(64),
});
export type ReleaseManifest = z.infer<typeof releaseManifest>;

/** The TUF target path of a release's manifest. The delegated role of an application covers `<productId>/*`. */
export function manifestTargetPath(product: string, version: string): string {
  return `${product}/${version}.json`;
}
