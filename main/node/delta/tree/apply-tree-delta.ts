import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createZstdDecompress } from "node:zlib";
import { AppError } from "#shared/errors/app-error.ts";
import { removeTree } from "../../archive/remove-tree.ts";
import { readTreeListing, treeDigest, writeTreeListing, type TreeEntry } from "../../archive/tree-listing.ts";
import { isTreeAsListed } from "../../archive/verify-tree.ts";
import { TreeWriter } from "../../archive/tree-writer.ts";
import { syncFolder } from "../../atomic-write.ts";
import { toDiskError } from "../../disk-error.ts";
import { nodeFs } from "../../node-fs.ts";
import { applyDelta } from "../apply-delta.ts";
import { invalidDelta } from "../delta-header.ts";
import { listTree, planTree, TREE_LIMITS } from "./list-tree.ts";
import { readTreeDelta, type OpenTreeDelta } from "./read-tree-delta.ts";
import { partBytesOf, UNPACK_PART, type TreeFile, type TreeSource } from "./tree-delta.ts";

/** What is made from what. `oldTree` and `newTree` come from whoever is believed; the delta is not. */
export type TreeDeltaJob = {
  readonly deltaPath: string;
  readonly oldRoot: string;
  /** Absent, the delta says what it starts from. */
  readonly oldTree?: string | undefined;
  /** The canonical text of the old tree, where it is kept: what lies in the folder besides does not count then. */
  readonly oldListing?: string | undefined;
  /** Where the new tree will stand. Nothing may be there yet. */
  readonly newRoot: string;
  /** A name beside it where the tree grows until it is whole; single files grow beside that. What stands there is removed. */
  readonly temporary: string;
  readonly newTree: string;
  /** Most bytes that all files may have; those that any archive may unpack to unless told. */
  readonly totalBytes?: number | undefined;
  /** Makes sure that so many bytes fit onto the disk, or throws. Asked before the first one is written. */
  readonly checkRoom?: (totalBytes: number) => Promise<void>;
  readonly signal: AbortSignal;
};

/**
 * Makes the new folder from the old one and a delta, whole or not at all: every file of the old one is read and must be
 * what the delta starts from, every file of the new one is compared with its digest, and the tree with the one that is
 * expected, before a rename makes it visible. Memory is that of applying the largest delta in it.
 *
 * @throws AppError DELTA_INVALID when the delta is damaged or does not fit, ENV_DATA_CORRUPT when a file of the old tree is
 *   not what its listing says, what `checkRoom` throws, ARTIFACT_ARCHIVE_REFUSED when its paths mean
 *   harm, ENV_DISK_FULL, CANCELLED. Nothing is visible then.
 */
export async function applyTreeDelta(job: TreeDeltaJob): Promise<void> {
  const { deltaPath, newRoot, temporary, newTree, signal } = job;
  try {
    const delta = await openTreeDelta(deltaPath);
    if (delta.newTree !== newTree) throw invalidDelta("it leads to another tree");
    if (delta.oldTree !== (job.oldTree ?? delta.oldTree)) throw invalidDelta("it starts from another tree");
    const old = await readOldTree(job, delta.oldTree);
    await removeTree(temporary);
    await writeTree(job, delta, old);
    await nodeFs.rename(temporary, newRoot);
    await syncFolder(dirname(newRoot));
  } catch (thrown) {
    await removeTree(temporary).catch(() => undefined);
    for (const path of besides(temporary)) await rm(path, { force: true });
    if (signal.aborted) throw new AppError("CANCELLED", "Applying the delta was stopped; nothing was made.", { cause: thrown });
    throw toDiskError(thrown, newRoot);
  }
}

async function openTreeDelta(path: string): Promise<OpenTreeDelta> {
  const file = await open(path, "r");
  try {
    return await readTreeDelta(file);
  } finally {
    await file.close();
  }
}

/** The files that the delta may start from, each of them read and found to be what it was. */
async function readOldTree({ oldRoot, oldListing, signal }: TreeDeltaJob, oldTree: string): Promise<readonly TreeEntry[]> {
  const listing = oldListing ?? writeTreeListing(await listTree(oldRoot, signal));
  if (treeDigest(listing) !== oldTree) throw invalidDelta("it starts from another tree");
  const entries = readTreeListing(listing);
  if (oldListing !== undefined && !(await isTreeAsListed(oldRoot, entries, signal)))
    throw new AppError("ENV_DATA_CORRUPT", "A file of the kept version is not what it was any more; nothing was made from it.");
  return entries;
}

/** A delta of a single file, and what is made with it. */
const besides = (temporary: string): readonly [delta: string, made: string] => [`${temporary}.delta`, `${temporary}.made`];

async function writeTree(job: TreeDeltaJob, delta: OpenTreeDelta, old: readonly TreeEntry[]): Promise<void> {
  const plan = planTree(delta.entries, { ...TREE_LIMITS, totalBytes: Math.min(TREE_LIMITS.totalBytes, job.totalBytes ?? Infinity) });
  await job.checkRoom?.(plan.totalBytes);
  const planned = new Map(plan.entries.map((entry) => [entry.path, entry]));
  const oldFiles = new Map(old.filter((entry) => entry.kind === "file").map((entry) => [entry.path, entry]));
  const writer = new TreeWriter(job.temporary, nodeFs);
  await writer.begin(plan.entries);
  const done = new Set<string>();
  let position = delta.partsAt;
  for (const [index, wanted] of delta.entries.filter((entry) => entry.kind === "file").entries()) {
    job.signal.throwIfAborted();
    const source = delta.sources[index];
    const place = planned.get(wanted.path);
    if (source === undefined || place?.kind !== "file") throw invalidDelta(`${wanted.path} has no source`);
    const bytes = await openSource(job, { source, position, wanted, oldFiles, done });
    await writer.writeFile(place, abortable(bytes, job.signal));
    position += partBytesOf(source);
    done.add(wanted.path);
  }
  const made = writeTreeListing(await writer.finish());
  for (const path of besides(job.temporary)) await rm(path, { force: true });
  if (treeDigest(made) !== delta.newTree) throw invalidDelta("it leads to another tree than it says");
}

type Wanted = {
  readonly source: TreeSource;
  /** Where its part begins. */
  readonly position: number;
  readonly wanted: TreeFile;
  readonly oldFiles: ReadonlyMap<string, TreeFile>;
  /** Paths of the new tree that are made. */
  readonly done: ReadonlySet<string>;
};

/** Paths are looked up in listings of regular files, so that none of them leads through a link or out of its tree. */
async function openSource(job: TreeDeltaJob, at: Wanted): Promise<AsyncIterable<Uint8Array>> {
  const { source, position, wanted, oldFiles, done } = at;
  switch (source[0]) {
    case "kept":
      return createReadStream(join(job.oldRoot, fromOld(oldFiles, source[1]).path));
    case "again":
      if (!done.has(source[1])) throw invalidDelta("a file is a copy of one that is not there");
      return createReadStream(join(job.temporary, source[1]));
    case "whole":
      return unpacked(job.deltaPath, position, source[1]);
    case "delta": {
      const old = fromOld(oldFiles, source[1]);
      const [deltaPath, newPath] = besides(job.temporary);
      await copyPart(job.deltaPath, position, source[2], deltaPath);
      const expected = { oldBytes: old.sizeBytes, oldSha256: old.sha256, newBytes: wanted.sizeBytes, newSha256: wanted.sha256 };
      await applyDelta({ deltaPath, oldPath: join(job.oldRoot, old.path), newPath, expected, signal: job.signal });
      return createReadStream(newPath);
    }
  }
}

function fromOld(oldFiles: ReadonlyMap<string, TreeFile>, path: string): TreeFile {
  const found = oldFiles.get(path);
  if (found === undefined) throw invalidDelta("a file starts from one that is not there");
  return found;
}

async function* unpacked(path: string, start: number, bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const source = createReadStream(path, { start, end: start + bytes - 1 });
  const frames = source.pipe(createZstdDecompress(UNPACK_PART));
  source.on("error", (failure) => frames.destroy(failure));
  try {
    for await (const piece of frames) if (piece instanceof Uint8Array) yield piece;
  } catch (cause) {
    throw invalidDelta("a part of it is damaged", cause);
  } finally {
    source.destroy();
    frames.destroy();
  }
}

async function copyPart(from: string, start: number, bytes: number, path: string): Promise<void> {
  const output = await open(path, "w", 0o600);
  try {
    await output.writeFile(createReadStream(from, { start, end: start + bytes - 1 }));
  } finally {
    await output.close();
  }
}

async function* abortable(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of bytes) {
    signal.throwIfAborted();
    yield piece;
  }
}
