import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { releaseId, type ApplicationId, type ReleaseId } from "#shared/lib/ids.ts";
import { hashedUuid } from "#main/node/hashed-uuid.ts";

/**
 * The id of what ran on a host before Rollcall. No control plane gives it out: it is made from the application and the
 * bytes so that the same program is the same release on every host.
 */
export function legacyReleaseId(application: ApplicationId, sha256: string): ReleaseId {
  return releaseId.parse(hashedUuid(`rollcall legacy ${application} ${sha256}`));
}

/** Whether a kept manifest is of an adopted program, which nobody signed and which the host's own file describes. */
export function isLegacy({ releaseId: id, applicationId, artifacts }: ReleaseManifest): boolean {
  const sha256 = artifacts[0]?.digests.sha256;
  return sha256 !== undefined && id === legacyReleaseId(applicationId, sha256);
}
