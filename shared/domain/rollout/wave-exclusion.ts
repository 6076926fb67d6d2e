import { compareSemver } from "../../lib/semver.ts";
import type { ReleaseOption } from "./release-option.ts";

/** What decides whether a host can take part in a wave that brings `release` to one application. */
export type ExclusionFacts = {
  readonly state: "pending" | "active" | "revoked";
  /** Undefined until the host first said what machine it is. */
  readonly platform: string | undefined;
  /** An operator pinned the host to a release of this application. */
  readonly pinnedVersion: string | undefined;
  /** The present version and digest of the application there. */
  readonly currentVersion: string | undefined;
  readonly currentDigest: string | undefined;
  readonly quarantinedDigests: readonly string[];
  /** The signed bound below which no host may go, where one is set. */
  readonly minimumVersion: string | undefined;
  /** False for a rollback and where the policy allows it: then an older version may follow a newer one. */
  readonly guardDowngrade: boolean;
  readonly release: ReleaseOption;
};

/**
 * Why a host takes no part in a wave, as people read it, or undefined when it does. Being silent is no reason: silence
 * is counted by the gate.
 */
export function waveExclusion(facts: ExclusionFacts): string | undefined {
  if (facts.state === "revoked") return "revoked";
  if (facts.state === "pending") return "waits for approval";
  if (facts.pinnedVersion !== undefined) return `pinned to ${facts.pinnedVersion}`;
  if (facts.release.artifact === undefined)
    return facts.platform === undefined ? "never connected, so its platform is unknown" : `no artifact for ${facts.platform}`;
  if (facts.currentDigest === facts.release.artifact.digest) return undefined;
  if (facts.quarantinedDigests.includes(facts.release.artifact.digest)) return `${facts.release.version} is quarantined there`;
  return versionExclusion(facts);
}

function versionExclusion({ release, currentVersion, minimumVersion, guardDowngrade }: ExclusionFacts): string | undefined {
  if (minimumVersion !== undefined && compareSemver(release.version, minimumVersion) < 0)
    return `${release.version} is below the minimum version ${minimumVersion}`;
  if (guardDowngrade && currentVersion !== undefined && compareSemver(release.version, currentVersion) < 0)
    return `runs ${currentVersion} already, which is newer`;
  return undefined;
}
