import type { ReleaseId } from "../../lib/ids.ts";

/** A release as one host sees it: whether it may be offered, and the artifact for the host's platform, if there is one. */
export type ReleaseOption = {
  readonly releaseId: ReleaseId;
  readonly version: string;
  readonly state: "draft" | "published" | "withdrawn";
  readonly blocked: boolean;
  readonly artifact: { readonly digest: string; readonly sizeBytes: number } | undefined;
};

/** A release that has an artifact for the host. */
export type OfferedRelease = ReleaseOption & { readonly artifact: NonNullable<ReleaseOption["artifact"]> };

/** Whether the host's platform has an artifact in this release. */
export function hasArtifact(release: ReleaseOption): release is OfferedRelease {
  return release.artifact !== undefined;
}
