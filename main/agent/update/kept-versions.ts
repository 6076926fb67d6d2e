import type { InstalledRelease, Journal } from "./journal.ts";
import { isSameRelease, type ReleaseIdentity } from "./release-identity.ts";

/** How much may stay. `incomingBytes` are those of a version that is still on its way. */
export type KeepLimits = {
  readonly keptSlots: number;
  readonly budgetBytes: number | undefined;
  readonly incomingBytes: number;
  /** Bytes that a version takes on this disk. */
  readonly sizeOf: (release: InstalledRelease) => number;
};

/** Which installed versions stay on disk, which may go, and by how much those that must stay exceed the budget. */
export type KeptVersions = {
  readonly keep: InstalledRelease[];
  readonly remove: readonly InstalledRelease[];
  readonly overBudgetBytes: number;
};

function namedBy(journal: Journal): readonly (ReleaseIdentity | undefined)[] {
  const { serving, candidate } = journal;
  switch (serving.state) {
    case "nothing":
      return [candidate?.target];
    case "healthy":
      return [candidate?.target, serving.release, lastHealthy(journal, serving.release)];
    case "probation":
      return [candidate?.target, serving.release, serving.fallback];
    case "switching":
      return [candidate?.target, serving.to, serving.fallback];
    case "reverting":
      return [candidate?.target, serving.bad, serving.fallback];
  }
}

/** What served well before the present one: where people go back to. */
function lastHealthy({ installed }: Journal, present: ReleaseIdentity): InstalledRelease | undefined {
  return installed.filter((one) => one.proven && !isSameRelease(one, present)).toSorted((left, right) => right.usedAt - left.usedAt)[0];
}

/**
 * Chooses the versions to keep: whatever the journal names and the last one that was well, then the most recently used
 * proven ones, since those are what a rollback goes to, as long as number and bytes allow. Nothing is removed that a
 * revert could still need, even when the budget is too small for it; that is told instead.
 */
export function chooseKeptVersions(journal: Journal, limits: KeepLimits): KeptVersions {
  const named = namedBy(journal);
  const isNamed = (one: InstalledRelease): boolean => named.some((other) => isSameRelease(one, other));
  const stays = journal.installed.filter(isNamed);
  const byUse = journal.installed
    .filter((one) => !isNamed(one))
    .sort((left, right) => Number(right.proven) - Number(left.proven) || right.usedAt - left.usedAt);
  const budget = limits.budgetBytes ?? Number.POSITIVE_INFINITY;
  let bytes = stays.reduce((sum, one) => sum + limits.sizeOf(one), limits.incomingBytes);
  const overBudgetBytes = Math.max(0, bytes - budget);
  let room = Math.max(0, limits.keptSlots - stays.length);
  const remove: InstalledRelease[] = [];
  for (const one of byUse) {
    bytes += limits.sizeOf(one);
    // Behind the first one that has no place nothing older stays either.
    const hasPlace = room > 0 && bytes <= budget;
    room = hasPlace ? room - 1 : 0;
    if (!hasPlace) remove.push(one);
  }
  return { keep: journal.installed.filter((one) => !remove.includes(one)), remove, overBudgetBytes };
}
