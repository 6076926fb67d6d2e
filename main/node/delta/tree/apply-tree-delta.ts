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
import { encodeEnds, invalidDelta } from "../delta-header.ts";
import { filesOf, type TreeFile } from "./held-files.ts";
import { listTree, planTree, TREE_LIMITS } from "./list-tree.ts";
import { UNPACK_PART } from "./pack-part.ts";
import { readTreeDelta, readTreeHeader, type OpenTreeDelta } from "./read-tree-delta.ts";
import { MAX_DICTIONARY_SIDE_BYTES, partBytesOf, type TreeSource } from "./tree-delta.ts";

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
    const header = await readTreeHeader(deltaPath);
    if (header.newTree !== newTree) throw invalidDelta("it leads to another tree");
    if (header.oldTree !== (job.oldTree ?? header.oldTree)) throw invalidDelta("it starts from another tree");
    const oldListing = job.oldListing ?? writeTreeListing(await listTree(job.oldRoot, signal));
    const delta = await readTreeDelta(deltaPath, oldListing);
    await removeTree(temporary);
    await writeTree(job, delta, await readOldTree(job, oldListing));
    await nodeFs.rename(temporary, newRoot);
    await syncFolder(dirname(newRoot));
  } catch (thrown) {
    await removeTree(temporary).catch(() => undefined);
    for (const path of besides(temporary)) await rm(path, { force: true });
    if (signal.aborted) throw new AppError("CANCELLED", "Applying the delta was stopped; nothing was made.", { cause: thrown });
    throw toDiskError(thrown, newRoot);
  }
}

/** What the delta may start from, each file of it read and found to be what it was. */
async function readOldTree({ oldRoot, oldListing, signal }: TreeDeltaJob, listing: string): Promise<readonly TreeEntry[]> {
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
  const oldFiles = new Map(filesOf(old).map((file) => [file.path, file]));
  const writer = new TreeWriter(job.temporary, nodeFs);
  await writer.begin(plan.entries);
  const done = new Set<string>();
  let position = delta.partsAt;
  for (const [index, wanted] of filesOf(delta.entries).entries()) {
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
  const { source, position, oldFiles, done } = at;
  if ("kind" in source) {
    if (source.kind === "kept") return createReadStream(join(job.oldRoot, fromOld(oldFiles, source.path).path));
    if (!done.has(source.path)) throw invalidDelta("a file is a copy of one that is not there");
    return createReadStream(join(job.temporary, source.path));
  }
  if (source[0] === "whole") return unpacked(job.deltaPath, position, source[1]);
  return makeFile(job, at, source);
}

type DeltaSource = Extract<TreeSource, readonly ["matches" | "dictionary", ...unknown[]]>;

async function makeFile(job: TreeDeltaJob, at: Wanted, [codec, path, partBytes]: DeltaSource): Promise<AsyncIterable<Uint8Array>> {
  const old = fromOld(at.oldFiles, path);
  const expected = { oldBytes: old.sizeBytes, oldSha256: old.sha256, newBytes: at.wanted.sizeBytes, newSha256: at.wanted.sha256 };
  if (codec === "dictionary" && Math.max(expected.oldBytes, expected.newBytes) > MAX_DICTIONARY_SIDE_BYTES)
    throw invalidDelta("a large file is made with a dictionary");
  const [deltaPath, newPath] = besides(job.temporary);
  await copyPart(job.deltaPath, { start: at.position, bytes: partBytes, behind: encodeEnds({ codec, ...expected }) }, deltaPath);
  await applyDelta({ deltaPath, oldPath: join(job.oldRoot, old.path), newPath, expected, signal: job.signal });
  return createReadStream(newPath);
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

type PlacedPart = { readonly start: number; readonly bytes: number; readonly behind: Uint8Array };

async function copyPart(from: string, { start, bytes, behind }: PlacedPart, path: string): Promise<void> {
  const output = await open(path, "w", 0o600);
  try {
    await output.writeFile(behind);
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
