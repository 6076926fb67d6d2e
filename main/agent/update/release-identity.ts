import type { RunningRelease } from "#shared/domain/host/reported.ts";

/** What makes two releases the same: the release and its bytes. One release id with other bytes is another thing. */
export type ReleaseIdentity = Pick<RunningRelease, "releaseId" | "digest">;

/** Whether both name the same release with the same bytes. */
export function isSameRelease(left: ReleaseIdentity | undefined, right: ReleaseIdentity | undefined): boolean {
  return left !== undefined && right !== undefined && left.releaseId === right.releaseId && left.digest === right.digest;
}

/** Strips a release to what reports carry, whatever else the caller's type knows of it. */
export function toRunningRelease(release: RunningRelease): RunningRelease {
  return { releaseId: release.releaseId, version: release.version, digest: release.digest };
}
