import type { RunningRelease } from "#shared/domain/host/reported.ts";
import { isBelowMinimum } from "../trust/release-rules.ts";
import type { Journal } from "./journal.ts";
import { isSameRelease, toRunningRelease, type ReleaseIdentity } from "./release-identity.ts";

/** Where a revert goes, and whether it lies below the signed minimum because nothing else can serve. */
export type WayBack = { readonly release: RunningRelease | undefined; readonly isBelowMinimum: boolean };

/**
 * Chooses what serves again after a bad version. The last good one, unless a minimum was signed above it: then the most
 * recently used version of this disk that was well here, is not in quarantine and lies at or above the minimum. Only when
 * there is none does the host go below the minimum, to what it came from: an old version that serves is what it had, and
 * no service at all helps nobody. A release that is ordered never goes there.
 */
export function chooseWayBack(
  journal: Pick<Journal, "installed" | "quarantine">,
  fallback: RunningRelease | undefined,
  bad: ReleaseIdentity,
  minimumVersion: string | undefined,
): WayBack {
  if (fallback === undefined || !isBelowMinimum(fallback.version, minimumVersion)) return { release: fallback, isBelowMinimum: false };
  const better = lastGoodBefore(journal, bad, minimumVersion);
  return better === undefined ? { release: fallback, isBelowMinimum: true } : { release: better, isBelowMinimum: false };
}

/** The most recently used version of this disk that was well here, is not in quarantine and lies at or above the minimum. */
export function lastGoodBefore(
  journal: Pick<Journal, "installed" | "quarantine">,
  bad: ReleaseIdentity,
  minimumVersion: string | undefined,
): RunningRelease | undefined {
  const [last] = journal.installed
    .filter((one) => one.proven && !isBelowMinimum(one.version, minimumVersion) && !isSameRelease(one, bad))
    .filter((one) => !journal.quarantine.some((entry) => isSameRelease(entry, one)))
    .toSorted((left, right) => right.usedAt - left.usedAt);
  return last && toRunningRelease(last);
}
