import { lstat, open, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { deltaShare } from "#shared/domain/release/delta-words.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { treeDigest, writeTreeListing } from "#main/node/archive/tree-listing.ts";
import { applyTreeDelta } from "#main/node/delta/tree/apply-tree-delta.ts";
import { listTree } from "#main/node/delta/tree/list-tree.ts";
import { readTreeDelta, readTreeHeader } from "#main/node/delta/tree/read-tree-delta.ts";
import { isFolder } from "#main/node/is-folder.ts";
import { unpackSide } from "#main/node/delta/tree/unpack-side.ts";
import { countSources, type SourceCount } from "#main/node/delta/tree/tree-delta.ts";
import { isTreeDelta } from "#main/node/delta/tree/tree-header.ts";
import type { CommandContext } from "./command.ts";
import { runDeltaTask } from "./run-delta-task.ts";
import { withWork } from "./work-places.ts";

/** A document for programs, and its lines for people. */
export type TreeAnswer = { readonly document: object; readonly lines: readonly string[] };

/** Whether a file is a delta between folders. @throws whatever the disk says. */
export async function isTreeDeltaFile(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const first = Buffer.alloc(8);
    await file.read(first, 0, first.length, 0);
    return isTreeDelta(first);
  } finally {
    await file.close();
  }
}

/** Makes a delta between two folders or archives; archives are unpacked as hosts unpack them. */
export async function makeBetweenTrees(
  context: Pick<CommandContext, "output" | "signal">,
  [oldPath, newPath]: readonly [string, string],
  out: string,
): Promise<TreeAnswer> {
  return withWork(out, async (work) => {
    const outPath = join(work, "made");
    const made = await runDeltaTask(context, { oldPath, newPath, outPath, codec: "tree" }, out);
    await rename(outPath, out);
    const { sizeBytes, trees, unpackedBytes: newBytes = 0, files = { kept: 0, again: 0, delta: 0, whole: 0 } } = made;
    const newTree = trees?.to ?? "";
    return {
      document: { path: out, sizeBytes, newBytes, newTree, files },
      lines: [
        `${out}: ${formatBytes(sizeBytes)} instead of ${formatBytes(newBytes)}, ${deltaShare(sizeBytes, newBytes)}.`,
        describeFiles(files),
        `tree  ${newTree}`,
      ],
    };
  });
}

/**
 * Makes the new folder from the old one, or from an archive of it.
 *
 * @param expectedTree the tree digest of whoever is believed; without it the delta's own word finds every damage on the way.
 */
export async function applyBetweenTrees(
  { old, deltaPath, out }: { readonly old: string; readonly deltaPath: string; readonly out: string },
  expectedTree: string | undefined,
  signal: AbortSignal,
): Promise<TreeAnswer> {
  const there = await lstat(out).catch(() => undefined);
  if (there !== undefined) throw new AppError("INPUT_INVALID", `${out} is there already; nothing was made. Name a folder that is not.`);
  return withWork(out, async (work) => {
    const newTree = expectedTree ?? (await readTreeHeader(deltaPath)).newTree;
    const oldRoot = await toFolder(old, join(work, "old"), signal);
    await applyTreeDelta({ deltaPath, oldRoot, newRoot: resolve(out), temporary: join(work, "new"), newTree, signal });
    return { document: { path: out, newTree }, lines: [`${out}: tree ${newTree}.`] };
  });
}

/**
 * What a delta between folders leads from and to. How the files of the new one come is told by the list of the old ones
 * alone, which takes the old folder, or an archive of it.
 */
export async function describeTreeDelta(path: string, old: string | undefined, signal: AbortSignal): Promise<TreeAnswer> {
  const { oldTree, newTree } = await readTreeHeader(path);
  const ends = [`from  tree ${oldTree}`, `to    tree ${newTree}`];
  if (old === undefined) return { document: { oldTree, newTree }, lines: ends };
  return withWork(join(tmpdir(), "rollcall-inspect"), async (work) => {
    const listing = writeTreeListing(await listTree(await toFolder(old, join(work, "tree"), signal), signal));
    const { entries, sources } = await readTreeDelta(path, listing);
    const newBytes = entries.reduce((sum, entry) => sum + (entry.kind === "file" ? entry.sizeBytes : 0), 0);
    const files = countSources(sources);
    const lines = [...ends, `size  ${formatBytes(newBytes)} unpacked`, describeFiles(files)];
    return { document: { oldTree, newTree, newBytes, files }, lines };
  });
}

/** What an archive unpacks to on hosts, so that whoever signs can compare its digest with the one in a manifest. */
export async function describeArchive(path: string, signal: AbortSignal): Promise<TreeAnswer> {
  return withWork(join(tmpdir(), "rollcall-inspect"), async (work) => {
    const entries = await listTree(await toFolder(path, join(work, "tree"), signal), signal);
    const tree = treeDigest(writeTreeListing(entries));
    const files = entries.filter((entry) => entry.kind === "file");
    const sizeBytes = files.reduce((sum, entry) => sum + entry.sizeBytes, 0);
    return {
      document: { tree, sizeBytes, files: files.length },
      lines: [`tree  ${tree}`, `files ${files.length}, ${formatBytes(sizeBytes)} unpacked`],
    };
  });
}

function describeFiles({ kept, again, delta, whole }: SourceCount): string {
  return `files ${kept} kept, ${again} copied, ${delta} by delta, ${whole} whole`;
}

async function toFolder(path: string, unpacked: string, signal: AbortSignal): Promise<string> {
  if (await isFolder(path)) return path;
  await unpackSide(path, unpacked, signal);
  return unpacked;
}
