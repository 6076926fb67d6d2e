import type { InstalledRelease, Journal } from "./journal.ts";
import { isSameRelease, type ReleaseIdentity } from "./release-identity.ts";

/** How many versions stay on disk for a rollback without a download, the serving one among them. */
const KEPT_VERSIONS = 5;

/** Which installed versions stay on disk, and which may go. */
export type KeptVersions = { readonly keep: InstalledRelease[]; readonly remove: readonly InstalledRelease[] };

function namedBy(journal: Journal): readonly (ReleaseIdentity | undefined)[] {
  const { serving, candidate } = journal;
  switch (serving.state) {
    case "nothing":
      return [candidate?.target];
    case "healthy":
      return [candidate?.target, serving.release];
    case "probation":
      return [candidate?.target, serving.release, serving.fallback];
    case "switching":
      return [candidate?.target, serving.to, serving.fallback];
    case "reverting":
      return [candidate?.target, serving.bad, serving.fallback];
  }
}

/**
 * Chooses the versions to keep: whatever the journal names, then the most recently used proven ones, since those are
 * what a rollback goes to. Nothing is removed that a revert could still need.
 */
export function chooseKeptVersions(journal: Journal): KeptVersions {
  const named = namedBy(journal);
  const isNamed = (one: InstalledRelease): boolean => named.some((other) => isSameRelease(one, other));
  const byUse = journal.installed
    .filter((one) => !isNamed(one))
    .sort((left, right) => Number(right.proven) - Number(left.proven) || right.usedAt - left.usedAt);
  const room = Math.max(0, KEPT_VERSIONS - journal.installed.filter(isNamed).length);
  const remove = byUse.slice(room);
  return { keep: journal.installed.filter((one) => !remove.includes(one)), remove };
}
