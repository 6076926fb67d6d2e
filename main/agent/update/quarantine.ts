import type { HostQuarantine } from "#shared/domain/host/reported.ts";
import { isSameRelease, type ReleaseIdentity } from "./release-identity.ts";

/** How long a release stays out after this host reverted it, unless its control plane has said: time for people to look at it. */
export const DEFAULT_QUARANTINE_MS = 30 * 86_400_000;

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
