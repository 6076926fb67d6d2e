import { releaseManifest, type ReleaseManifest } from "#shared/domain/release/manifest.ts";
import type { Application, Release } from "#shared/domain/release/release.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import { stableJson } from "#shared/lib/stable-json.ts";

/** What is signed about a release. `publishedAt` (epoch milliseconds) is noted before signing, so that a second try makes the same bytes. */
export function makeManifest(application: Application, release: Release, publishedAt: number): ReleaseManifest {
  return releaseManifest.parse({
    schema: 1,
    applicationId: application.id,
    productId: application.productId,
    kind: application.kind,
    releaseId: release.id,
    version: release.version,
    publishedAt,
    runSpec: release.runSpec,
    artifacts: release.artifacts
      .map(({ id: _id, ...artifact }) => artifact)
      .toSorted((left, right) => (left.platform < right.platform ? -1 : 1)),
  });
}

/** The one byte form of a manifest: what is stored, hashed and signed. */
export function manifestBytes(manifest: ReleaseManifest): Uint8Array {
  // Why the cast: a parsed manifest is JSON; its type names optional members, which JSON leaves out.
  return Buffer.from(stableJson(JSON.parse(JSON.stringify(manifest)) as Json));
}
