import { compareSemver } from "../../lib/semver.ts";
import { MAX_DELTAS } from "./delta.ts";

/** Below this a delta saves less than it costs to ask for it, in bytes. */
export const MIN_DELTA_ARTIFACT_BYTES = 64 * 1024;

/** Offsets in deltas are 31 bits wide (docs/delta-format.md): a larger file is always fetched whole. */
export const MAX_DELTA_ARTIFACT_BYTES = 2 ** 31 - 1;

/**
 * One file of a release that deltas may lead from or to. `isPacked` files differ everywhere however little changed;
 * `isTree` ones are archives that hosts unpack, so that deltas lead between what they unpack to.
 */
export type DeltaFile = {
  readonly platform: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly isPacked: boolean;
  readonly isTree: boolean;
};

/** A release that hosts may have. `isTarget` says that some subscription brings hosts to it now. */
export type OlderRelease = {
  readonly releaseId: string;
  readonly version: string;
  readonly publishedAt: number;
  readonly state: "published" | "withdrawn";
  readonly isTarget: boolean;
  readonly files: readonly DeltaFile[];
};

/** One delta to be made: between two files, or with `isTree` between what they unpack to. */
export type DeltaPair = {
  readonly isTree: boolean;
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
      for (const file of own)
        if (platforms.has(file.platform) && isPair(file, fresh) && !found.has(file.sha256))
          found.set(file.sha256, {
            isTree: fresh.isTree,
            fresh: { sha256: fresh.sha256, sizeBytes: fresh.sizeBytes },
            from: { releaseId, version, sha256: file.sha256, sizeBytes: file.sizeBytes },
          });
    return [...found.values()].slice(0, MAX_DELTAS);
  });
}

/** Whether deltas from or to this file are worth a try at all. */
export function isDeltaFile({ sizeBytes, isPacked, isTree }: Pick<DeltaFile, "sizeBytes" | "isPacked" | "isTree">): boolean {
  return (isTree || !isPacked) && sizeBytes >= MIN_DELTA_ARTIFACT_BYTES && sizeBytes <= MAX_DELTA_ARTIFACT_BYTES;
}

/** What hosts hold of the older file must be what the delta starts from: a file, or a tree. */
function isPair(older: DeltaFile, fresh: DeltaFile): boolean {
  return older.sha256 !== fresh.sha256 && older.isTree === fresh.isTree && isDeltaFile(older);
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
