import { hash } from "node:crypto";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { releaseId, type ApplicationId, type ReleaseId } from "#shared/lib/ids.ts";

/**
 * The id of what ran on a host before Rollcall. No control plane gives it out: it is made from the application and the
 * bytes (a UUID of version 8, RFC 9562 section 5.8), so that the same program is the same release on every host.
 */
export function legacyReleaseId(application: ApplicationId, sha256: string): ReleaseId {
  const hex = hash("sha256", `rollcall legacy ${application} ${sha256}`);
  return releaseId.parse(`${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`);
}

/** Whether a kept manifest is of an adopted program, which nobody signed and which the host's own file describes. */
export function isLegacy({ releaseId: id, applicationId, artifacts }: ReleaseManifest): boolean {
  const sha256 = artifacts[0]?.digests.sha256;
  return sha256 !== undefined && id === legacyReleaseId(applicationId, sha256);
}
