import { compareSemver } from "../../lib/semver.ts";
import { MAX_DELTAS } from "./delta.ts";

/** Below this a delta saves less than it costs to ask for it, in bytes. */
export const MIN_DELTA_ARTIFACT_BYTES = 64 * 1024;

/** Offsets in deltas are 31 bits wide (docs/delta-format.md): a larger file is always fetched whole. */
export const MAX_DELTA_ARTIFACT_BYTES = 2 ** 31 - 1;

/** One file of a release that deltas may lead from or to. `isPacked` files differ everywhere however little changed. */
export type DeltaFile = { readonly platform: string; readonly sha256: string; readonly sizeBytes: number; readonly isPacked: boolean };

/** A release that hosts may have. `isTarget` says that some subscription brings hosts to it now. */
export type OlderRelease = {
  readonly releaseId: string;
  readonly version: string;
  readonly publishedAt: number;
  readonly state: "published" | "withdrawn";
  readonly isTarget: boolean;
  readonly files: readonly DeltaFile[];
};

/** One delta to be made. */
export type DeltaPair = {
  readonly fresh: Pick<DeltaFile, "sha256" | "sizeBytes">;
  readonly from: { readonly releaseId: string; readonly version: string; readonly sha256: string; readonly sizeBytes: number };
};

/**
 * Chooses which deltas a release gets: for each of its files one from what hosts are brought to now, whatever release
 * that is, and one from each of the last `bases` releases that were published and are not withdrawn. What matters most
 * comes first, since making them may be cut short. Files that no delta helps are left out: packed, tiny or huge ones,
 * and those that did not change.
 *
 * @param bases 0 makes none at all.
 */
export function planDeltas(files: readonly DeltaFile[], older: readonly OlderRelease[], bases: number): readonly DeltaPair[] {
  if (bases === 0) return [];
  const distinct = new Map(files.filter(isDeltaFile).map((file) => [file.sha256, file]));
  return [...distinct.values()].flatMap((fresh) => {
    const platforms = new Set(files.filter((one) => one.sha256 === fresh.sha256).map((one) => one.platform));
    const found = new Map<string, DeltaPair>();
    for (const { releaseId, version, files: own } of chooseBases(older, platforms, bases))
      for (const { platform, sha256, sizeBytes, isPacked } of own)
        if (platforms.has(platform) && sha256 !== fresh.sha256 && isDeltaFile({ sizeBytes, isPacked }) && !found.has(sha256))
          found.set(sha256, {
            fresh: { sha256: fresh.sha256, sizeBytes: fresh.sizeBytes },
            from: { releaseId, version, sha256, sizeBytes },
          });
    return [...found.values()].slice(0, MAX_DELTAS);
  });
}

/** Whether deltas from or to this file are worth a try at all. */
export function isDeltaFile({ sizeBytes, isPacked }: Pick<DeltaFile, "sizeBytes" | "isPacked">): boolean {
  return !isPacked && sizeBytes >= MIN_DELTA_ARTIFACT_BYTES && sizeBytes <= MAX_DELTA_ARTIFACT_BYTES;
}

/** Targets first, then the newest; only releases that have something for these platforms count. */
function chooseBases(older: readonly OlderRelease[], platforms: ReadonlySet<string>, bases: number): readonly OlderRelease[] {
  const able = older.filter(({ files }) => files.some(({ platform }) => platforms.has(platform))).toSorted(newestFirst);
  const last = new Set(able.filter(({ state }) => state === "published").slice(0, bases));
  return [...able.filter(({ isTarget }) => isTarget), ...able.filter((one) => last.has(one) && !one.isTarget)];
}

function newestFirst(left: OlderRelease, right: OlderRelease): number {
  return right.publishedAt - left.publishedAt || compareSemver(right.version, left.version);
}
