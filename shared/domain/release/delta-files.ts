import type { ReleaseManifest } from "./manifest.ts";
import { deltasOf, type NamedDelta } from "./tree-delta.ts";

/** A delta as a file of a store. */
export type DeltaFileName = Pick<NamedDelta, "sha256" | "sizeBytes"> & { readonly name: string; readonly delta: NamedDelta };

/** What deltas are called: who looks into a store sees what they belong to and lead from. */
const DELTA_SUFFIX = ".rcdelta";

/** Names of files end within this many characters (`fileName` in scalars). */
const MAX_NAME = 200;

/**
 * The deltas of one artifact (`deltasOf` of it) as files, named after it: `web.from-1.3.2.rcdelta`. Where two lead from the same version,
 * since older releases had more files, the digest they start from tells them apart.
 */
export function deltaFiles(artifactName: string, deltas: readonly NamedDelta[]): readonly DeltaFileName[] {
  const versions = Map.groupBy(deltas, ({ from }) => from.version);
  return deltas.map((delta) => {
    const isAlone = versions.get(delta.from.version)?.length === 1;
    const ending = `.from-${delta.from.version}${isAlone ? "" : `-${delta.from.sha256.slice(0, 8)}`}${DELTA_SUFFIX}`;
    const name = `${artifactName.slice(0, Math.max(1, MAX_NAME - ending.length))}${ending}`;
    return { name, sha256: delta.sha256, sizeBytes: delta.sizeBytes, delta };
  });
}

/** The files of a release, each digest once however many platforms share it. */
export function distinctArtifacts({ artifacts }: Pick<ReleaseManifest, "artifacts">): readonly ReleaseManifest["artifacts"][number][] {
  return [...new Map(artifacts.map((one) => [one.digests.sha256, one])).values()];
}

/** Every delta of a release once, with the file that it makes and where it lies. */
export function manifestDeltas<L>(
  manifest: Pick<ReleaseManifest, "artifacts">,
  locate: (delta: NamedDelta) => L,
): readonly { readonly artifactSha256: string; readonly delta: NamedDelta; readonly location: L }[] {
  return distinctArtifacts(manifest).flatMap((artifact) =>
    deltasOf(artifact).map((delta) => ({ artifactSha256: artifact.digests.sha256, delta, location: locate(delta) })),
  );
}
