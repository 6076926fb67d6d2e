import { pickArtifact, type Platform } from "#shared/domain/artifact/platform.ts";
import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { TargetRelease } from "../update/journal.ts";

/** What was asked for: the manifest must say the same in every point. */
export type WantedRelease = { readonly applicationId: string; readonly productId: string; readonly target: TargetRelease };

/** The part of a manifest that one host installs. */
export type SignedArtifact = ReleaseManifest["artifacts"][number];

/**
 * Checks that a verified manifest is about what was asked for, and picks this host's artifact from it. A control plane
 * chooses among signed releases; this is where a release that was asked for under another's name is found out.
 *
 * @throws AppError TRUST_SIGNATURE_INVALID when it is about another release, ENV_UNSUPPORTED when it has nothing for this
 *   platform, ARTIFACT_DIGEST_MISMATCH when the digest or the size asked for is not the signed one.
 */
export function checkManifest(manifest: ReleaseManifest, wanted: WantedRelease, hostPlatform: Platform): SignedArtifact {
  const { target } = wanted;
  const pairs: readonly (readonly [string, string, string])[] = [
    ["application", manifest.applicationId, wanted.applicationId],
    ["product", manifest.productId, wanted.productId],
    ["release", manifest.releaseId, target.releaseId],
    ["version", manifest.version, target.version],
  ];
  const wrong = pairs.find(([, signed, asked]) => signed !== asked);
  if (wrong !== undefined) {
    throw new AppError(
      "TRUST_SIGNATURE_INVALID",
      `The signed manifest is about ${wrong[0]} ${wrong[1]}, not ${wrong[2]}; it was not installed.`,
    );
  }
  const artifact = pickArtifact(manifest.artifacts, hostPlatform);
  if (artifact === undefined)
    throw new AppError("ENV_UNSUPPORTED", `Version ${target.version} has no artifact for ${hostPlatform}; nothing was installed.`);
  if (artifact.digests.sha256 !== target.digest || artifact.sizeBytes !== target.sizeBytes) {
    throw new AppError(
      "ARTIFACT_DIGEST_MISMATCH",
      `The signed artifact for ${hostPlatform} is not the one that was asked for; it was not installed.`,
      {
        details: { signed: artifact.digests.sha256, asked: target.digest },
      },
    );
  }
  return artifact;
}
