import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../atomic-write.ts";
import { toDiskError } from "../disk-error.ts";
import { nodeFs, type NodeFs } from "../node-fs.ts";
import { openArchive } from "./open-archive.ts";
import { removeTree } from "./remove-tree.ts";
import { unpackLimits, type UnpackLimits } from "./unpack-limits.ts";
import { UnpackPlanner, type UnpackPlan } from "./unpack-plan.ts";
import { TreeWriter } from "./tree-writer.ts";
import { writeTreeListing } from "./tree-listing.ts";

/** One archive on its way into a folder. */
export type Unpacking = {
  readonly archive: string;
  /** Where the tree will stand. Nothing may be there yet; its parent is. */
  readonly folder: string;
  /** A name beside it, of the same parent, where the tree grows until it is whole. What stands there is removed. */
  readonly temporary: string;
  /** Disk budget in bytes; undefined leaves only the bounds against bombs. */
  readonly budgetBytes?: number | undefined;
  readonly signal?: AbortSignal;
  /** Makes sure that so many bytes fit onto the disk, or throws. Asked before the first one is written. */
  readonly checkRoom: (totalBytes: number) => Promise<void>;
  /** Runs when the tree is whole and durable under its temporary name, and before it gets the other one. */
  readonly beforeVisible: (listing: string) => Promise<void>;
  /** Replaced by tests alone. */
  readonly fs?: NodeFs;
  readonly foldsCase?: boolean;
};

/** What came out. `listing` is the canonical text of the tree. */
export type Unpacked = { readonly listing: string; readonly totalBytes: number; readonly entries: number };

/** Headers, padding and attribute lists may come out of the decompressor beside the contents. */
const OVERHEAD_BYTES = 128 * 1024 * 1024;

/**
 * Unpacks an archive whole or not at all. It is read twice: first to judge every entry and to know what it needs, then to
 * write what was judged. The tree grows under a temporary name; each file, then each folder is synced; then one rename
 * makes it visible. A kill at any instant leaves a temporary tree that the next try removes.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED, ENV_DISK_FULL; what `checkRoom` and `beforeVisible` throw. Nothing is visible then.
 */
export async function unpackArchive(unpacking: Unpacking): Promise<Unpacked> {
  const { archive, folder, temporary, fs = nodeFs, foldsCase = foldsCaseHere() } = unpacking;
  const { size } = await stat(archive);
  const limits = unpackLimits(size, unpacking.budgetBytes, foldsCase);
  const plan = await planArchive(archive, limits, unpacking.signal);
  await unpacking.checkRoom(plan.totalBytes);
  await removeTree(temporary, fs);
  try {
    const listing = await writeTree(unpacking, limits, plan, fs);
    await unpacking.beforeVisible(listing);
    await fs.rename(temporary, folder);
    await syncFolder(dirname(folder), fs);
    return { listing, totalBytes: plan.totalBytes, entries: plan.entries.length };
  } catch (thrown) {
    await removeTree(temporary, fs).catch(() => undefined);
    throw toDiskError(thrown, folder);
  }
}

/** The usual file systems of these two take `Web` and `web` for one name. */
const foldsCaseHere = (): boolean => process.platform === "darwin" || process.platform === "win32";

async function planArchive(archive: string, limits: UnpackLimits, signal: AbortSignal | undefined): Promise<UnpackPlan> {
  const planner = new UnpackPlanner(limits);
  for await (const member of openArchive(archive, limits.totalBytes + OVERHEAD_BYTES, signal)) planner.add(member);
  return planner.finish();
}

async function writeTree({ archive, temporary, signal }: Unpacking, limits: UnpackLimits, plan: UnpackPlan, fs: NodeFs): Promise<string> {
  const writer = new TreeWriter(temporary, fs);
  await writer.begin(plan.entries);
  const planner = new UnpackPlanner(limits);
  for await (const member of openArchive(archive, limits.totalBytes + OVERHEAD_BYTES, signal)) {
    const entry = planner.add(member);
    if (entry?.kind === "file") await writer.writeFile(entry, abortable(member.body(), signal));
  }
  return writeTreeListing(await writer.finish());
}

async function* abortable(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of body) {
    signal?.throwIfAborted();
    yield piece;
  }
}
