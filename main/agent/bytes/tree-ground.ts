import { chmod, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { ReleaseTree } from "#shared/domain/release/tree-delta.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { isFolder } from "#main/node/is-folder.ts";
import { unpackLimits } from "#main/node/archive/unpack-limits.ts";
import type { ApplyDelta } from "./apply-in-child.ts";
import type { NamedFile } from "./choose-way-to-bytes.ts";
import type { DeltaGround, GroundStep } from "./delta-ground.ts";
import { isKeptTree, keptTreeAt, keptTreeDigests } from "./kept-trees.ts";
import type { WayFiles } from "./way-files.ts";

/** What is signed and chosen about the release that is to be made, besides its archive. */
export type WantedTree = {
  readonly tree: ReleaseTree;
  /** Disk budget of the application in bytes, as for unpacking. */
  readonly budgetBytes: number | undefined;
};

/** What deltas between trees work on. */
export type TreeGroundParts = {
  readonly slots: string;
  readonly files: WayFiles;
  readonly target: NamedFile;
  readonly wanted: WantedTree;
  readonly applyDelta: ApplyDelta;
};

/**
 * Deltas between what archives unpack to, which kept versions hold in place of the archives. A tree is made within a
 * folder of its own, and gets its name by one rename when it is whole.
 */
export function treeGround(parts: TreeGroundParts): DeltaGround {
  const { slots, files, target, wanted } = parts;
  const findKept = async (sha256: string, tree: string): Promise<string | undefined> =>
    (await isKeptTree(slots, sha256, tree)) ? keptTreeAt(slots, sha256).root : undefined;
  return {
    kept: () => keptTreeDigests(slots),
    deltasOf: ({ tree }) => tree?.deltas ?? [],
    findTarget: () => findKept(target.sha256, wanted.tree.sha256),
    findStart: async (delta) => (delta.codec === "tree" ? findKept(delta.from.sha256, delta.from.tree) : undefined),
    goal: files.tree,
    between: (sha256) => files.madeTree(sha256),
    isMade: isFolder,
    apply: (step) => applyBetweenTrees(parts, step),
  };
}

async function applyBetweenTrees({ slots, files, wanted, applyDelta }: TreeGroundParts, step: GroundStep): Promise<void> {
  const { delta, to } = step.hop;
  const after = step.next?.delta;
  if (delta.codec !== "tree" || (after !== undefined && after.codec !== "tree"))
    throw new AppError("DELTA_INVALID", "The delta leads between files; no folder was made with it.");
  const kept = keptTreeAt(slots, delta.from.sha256);
  const made = join(step.making, "tree");
  await mkdir(step.making, { mode: 0o700 });
  const tree = {
    oldRoot: step.from,
    // What was made on the way has none, and nobody but us can have written there.
    ...(step.from === kept.root && { oldListing: kept.listing }),
    oldTree: delta.from.tree,
    newRoot: made,
    temporary: join(step.making, "growing"),
    newTree: after?.from.tree ?? wanted.tree.sha256,
    totalBytes: unpackLimits(to.sizeBytes, wanted.budgetBytes, false).totalBytes,
  };
  await applyDelta({ deltaPath: files.delta(delta.sha256), tree }, step.signal);
  await step.beforeVisible();
  // A folder that goes to another parent must be one that may be written to (rename(2)).
  await chmod(made, 0o755);
  await rename(made, step.to);
  await removeTree(step.making);
}
