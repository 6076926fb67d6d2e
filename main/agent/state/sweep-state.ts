import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { sweepUnfinishedWrites } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import type { StatePaths } from "./state-paths.ts";

async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  } catch (thrown) {
    if (isNotFound(thrown)) return [];
    throw thrown;
  }
}

/**
 * Removes what an agent that was killed left half written in its state folder. Before anything else is opened there, and
 * never within what the applications own: their work folders, and the insides of unpacked slots.
 */
export async function sweepState({ folder, trustFolder, downloads, holder, applications, slots }: StatePaths): Promise<void> {
  const own = await foldersIn(applications);
  const inside = (await Promise.all(own.map(foldersIn))).flat().filter((path) => !path.endsWith("/work"));
  const slotFolders = await foldersIn(slots);
  const versions = (await Promise.all(slotFolders.map(foldersIn))).flat();
  for (const path of versions.filter((one) => one.endsWith(".unpacking"))) await removeTree(path);
  const plain = versions.filter((path) => !path.endsWith(".unpacked"));
  await sweepUnfinishedWrites([
    folder,
    trustFolder,
    downloads,
    holder,
    ...(await foldersIn(trustFolder)),
    ...own,
    ...inside,
    ...slotFolders,
    ...plain,
  ]);
}
