import { dirname } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { MOST_LISTING_BYTES } from "#main/node/archive/tree-listing.ts";
import { applyDelta } from "#main/node/delta/apply-delta.ts";
import { applyTreeDelta } from "#main/node/delta/tree/apply-tree-delta.ts";
import { toDiskError } from "#main/node/disk-error.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { checkRoom } from "../update/disk-room.ts";
import type { ApplyOrder, ApplyTreeOrder } from "./apply-order.ts";

/**
 * Does what an order says, between files or between trees.
 *
 * @throws AppError DELTA_INVALID, ENV_DATA_CORRUPT when the kept version is not whole, ENV_DISK_FULL, CANCELLED. Nothing is
 *   visible then.
 */
export async function applyOne(order: ApplyOrder, signal: AbortSignal): Promise<void> {
  try {
    await ("tree" in order ? applyTree(order, signal) : applyDelta({ ...order, signal }));
  } catch (thrown) {
    throw toDiskError(thrown, "tree" in order ? order.tree.newRoot : order.newPath);
  }
}

async function applyTree({ deltaPath, tree }: ApplyTreeOrder, signal: AbortSignal): Promise<void> {
  const { oldListing, ...rest } = tree;
  await applyTreeDelta({
    ...rest,
    deltaPath,
    oldListing: oldListing === undefined ? undefined : await readListing(oldListing),
    checkRoom: (neededBytes) => checkRoom(dirname(tree.newRoot), neededBytes),
    signal,
  });
}

async function readListing(path: string): Promise<string> {
  try {
    return (await readBoundedFile(path, MOST_LISTING_BYTES)).toString("utf8");
  } catch (cause) {
    throw new AppError("ENV_DATA_CORRUPT", "What the kept version held cannot be read any more; nothing was made from it.", { cause });
  }
}
