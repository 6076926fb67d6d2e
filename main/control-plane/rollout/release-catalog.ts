import { pickArtifact } from "#shared/domain/artifact/platform.ts";
import type { ReleaseOption } from "#shared/domain/rollout/release-option.ts";
import type { ApplicationId, ReleaseId } from "#shared/lib/ids.ts";
import { compareSemver } from "#shared/lib/semver.ts";
import { idOf, type Db } from "./rows.ts";

/** A release with what offering it needs. */
export type CatalogRelease = {
  readonly releaseId: ReleaseId;
  readonly applicationId: ApplicationId;
  readonly productId: string;
  readonly applicationName: string;
  readonly version: string;
  readonly state: ReleaseOption["state"];
  readonly blocked: boolean;
  /** The signed version of the application below which no host may go. */
  readonly minimumVersion: string | undefined;
  readonly artifacts: readonly { readonly platform: string; readonly sha256: string; readonly sizeBytes: number }[];
};

/** Releases by id. */
export type ReleaseCatalog = ReadonlyMap<string, CatalogRelease>;

/** Reads releases with their artifacts. Unknown ids are left out. */
export async function readReleases(db: Db, releaseIds: readonly (string | null | undefined)[]): Promise<ReleaseCatalog> {
  const ids = [...new Set(releaseIds.filter((id) => id !== null && id !== undefined))];
  if (ids.length === 0) return new Map();
  const releases = await db
    .selectFrom("releases")
    .innerJoin("applications", "applications.id", "releases.applicationId")
    .select([
      "releases.id",
      "releases.applicationId",
      "releases.version",
      "releases.state",
      "releases.blockedAt",
      "applications.productId",
      "applications.name",
      "applications.minimumVersion",
    ])
    .where("releases.id", "in", ids)
    .execute();
  const artifacts = await db
    .selectFrom("artifacts")
    .select(["releaseId", "platform", "sha256", "sizeBytes"])
    .where("releaseId", "in", ids)
    .execute();
  return new Map(
    releases.map((row) => [
      row.id,
      {
        releaseId: idOf(row.id),
        applicationId: idOf(row.applicationId),
        productId: row.productId,
        applicationName: row.name,
        version: row.version,
        state: row.state,
        blocked: row.blockedAt !== null,
        minimumVersion: row.minimumVersion ?? undefined,
        artifacts: artifacts.filter((artifact) => artifact.releaseId === row.id),
      },
    ]),
  );
}

/** Whether the release lies below the signed minimum version of its application. */
export function isBelowMinimum({ version, minimumVersion }: Pick<CatalogRelease, "version" | "minimumVersion">): boolean {
  return minimumVersion !== undefined && compareSemver(version, minimumVersion) < 0;
}

/** The release as a host of this platform sees it. A host whose platform is unknown gets nothing, not even what runs anywhere. */
export function optionFor(release: CatalogRelease, platform: string | null): ReleaseOption {
  const artifact = platform === null ? undefined : pickArtifact(release.artifacts, platform);
  return {
    releaseId: release.releaseId,
    version: release.version,
    state: release.state,
    blocked: release.blocked,
    artifact: artifact && { digest: artifact.sha256, sizeBytes: artifact.sizeBytes },
  };
}
