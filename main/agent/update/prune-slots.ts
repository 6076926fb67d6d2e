import { KEPT_SLOTS } from "#shared/domain/release/slot-fields.ts";
import type { RunSpec } from "#shared/domain/release/run-spec.ts";
import { formatBytes } from "#shared/lib/format.ts";
import type { AgentLogger } from "../logger.ts";
import { sweepDownloads } from "./download-folder.ts";
import type { JournalKeeper } from "./journal-keeper.ts";
import type { Journal } from "./journal.ts";
import { chooseKeptVersions } from "./kept-versions.ts";
import { isSameRelease } from "./release-identity.ts";
import type { SlotStore } from "./slot-store.ts";

/** What pruning acts on. */
export type PruneTools = {
  readonly journal: JournalKeeper;
  readonly slots: SlotStore;
  readonly downloads: string;
  readonly logger: AgentLogger;
  /** Told by how many bytes the versions that must stay exceed the disk budget; 0 when they do not. */
  readonly overBudget: (bytes: number) => void;
};

/** The run spec of what serves says how much stays; before the first install nothing is there to go. */
async function limitsOf({ slots }: PruneTools, { serving }: Journal): Promise<Pick<RunSpec, "keptSlots" | "diskBudgetBytes">> {
  const release = serving.state === "healthy" || serving.state === "probation" ? serving.release : undefined;
  if (release === undefined) return {};
  return slots.runnable(release).then(
    ({ runSpec }) => runSpec,
    () => ({}),
  );
}

/**
 * Makes room on this disk: what earlier attempts left of downloads, and versions beyond number and budget. Runs when a
 * version has settled, and before the next one is fetched, whose bytes count already. The journal forgets a version
 * before its files go, so that a kill in between leaves files that nobody names, never a name without files.
 */
export async function pruneSlots(tools: PruneTools): Promise<void> {
  const { journal, slots, logger, downloads, overBudget } = tools;
  const { applicationId, candidate, installed } = journal.current;
  await sweepDownloads(downloads, applicationId, candidate === undefined ? [] : [candidate.target]);
  const { keptSlots = KEPT_SLOTS, diskBudgetBytes: budgetBytes } = await limitsOf(tools, journal.current);
  const sizes = new Map<unknown, number>();
  for (const one of budgetBytes === undefined ? [] : installed) sizes.set(one, await slots.sizeBytes(one));
  const isNew = candidate !== undefined && !installed.some((one) => isSameRelease(one, candidate.target));
  const incomingBytes = isNew ? candidate.target.sizeBytes : 0;
  const sizeOf = (one: unknown): number => sizes.get(one) ?? 0;
  const { keep, remove, overBudgetBytes } = chooseKeptVersions(journal.current, { keptSlots, budgetBytes, incomingBytes, sizeOf });
  overBudget(overBudgetBytes);
  if (overBudgetBytes > 0)
    logger.warn({ overBudgetBytes }, `The versions that must stay take ${formatBytes(overBudgetBytes)} more than the disk budget.`);
  if (remove.length === 0) return;
  await journal.apply({ ...journal.current, installed: keep });
  for (const release of remove) {
    await slots.remove(release, keep);
    logger.info({ version: release.version }, "Removed an old version from this disk.");
  }
}
