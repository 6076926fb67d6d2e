import type { HostQuarantine } from "#shared/domain/host/reported.ts";
import { isSameRelease, type ReleaseIdentity } from "./release-identity.ts";

/** How long a release stays out after this host reverted it: a week, in which people had time to look at it. */
export const QUARANTINE_MS = 7 * 86_400_000;

const MAX_ENTRIES = 64;

/** The entry that keeps `release` out at `now` (epoch ms), if there is one. */
export function findQuarantine(entries: readonly HostQuarantine[], release: ReleaseIdentity, now: number): HostQuarantine | undefined {
  return entries.find((entry) => isSameRelease(entry, release) && (entry.expiresAt === undefined || entry.expiresAt > now));
}

/** Adds an entry in place of an older one of the same release, and forgets what has expired. The oldest go first. */
export function addQuarantine(entries: readonly HostQuarantine[], entry: HostQuarantine): HostQuarantine[] {
  const kept = entries.filter((one) => !isSameRelease(one, entry) && (one.expiresAt === undefined || one.expiresAt > entry.at));
  return [...kept, entry].slice(-MAX_ENTRIES);
}

/** Lets a release in again, with any bytes: an operator lifts releases, not digests. */
export function liftQuarantine(entries: readonly HostQuarantine[], releaseId: string): HostQuarantine[] {
  return entries.filter((entry) => entry.releaseId !== releaseId);
}
