import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { canCompare } from "#shared/domain/release/delta-means.ts";
import { isFolder } from "#main/node/is-folder.ts";
import { makeTreeDelta } from "#main/node/delta/tree/make-tree-delta.ts";
import { unpackSide } from "#main/node/delta/tree/unpack-side.ts";
import type { DeltaTask, WrittenDelta } from "./delta-messages.ts";
import type { OnTryProgress } from "./tell-progress.ts";

/**
 * Makes a delta between two folders, or what two archives unpack to, and writes it out. Everything on the way lies beside the result, in
 * the folder that goes when the delta has been taken over. Pairs of files that do not fit into the memory are sent whole.
 */
export async function writeTreeDelta(
  { oldPath, newPath, outPath, memoryBytes }: DeltaTask,
  onProgress: OnTryProgress,
): Promise<WrittenDelta> {
  // Whoever wants it stopped ends this process.
  const { signal } = new AbortController();
  const spool = `${outPath}.parts`;
  onProgress({ stage: "unpacking", share: 0 });
  const oldRoot = await toFolder(oldPath, `${outPath}.old`, signal);
  const newRoot = await toFolder(newPath, `${outPath}.new`, signal);
  const isAffordable = (oldBytes: number, newBytes: number): boolean => canCompare(oldBytes, newBytes, memoryBytes);
  const made = await makeTreeDelta({
    oldRoot,
    newRoot,
    spool,
    isAffordable,
    signal,
    onProgress: (_, share) => onProgress({ stage: "matching", share }),
  });
  const file = await open(outPath, "w");
  try {
    await file.writeFile(made.head);
    await file.writeFile(createReadStream(spool));
  } finally {
    await file.close();
  }
  const { head, partBytes, oldTree, newTree, newBytes, files } = made;
  return { sizeBytes: head.length + partBytes, trees: { from: oldTree, to: newTree }, unpackedBytes: newBytes, files };
}

async function toFolder(path: string, unpacked: string, signal: AbortSignal): Promise<string> {
  if (await isFolder(path)) return path;
  await unpackSide(path, unpacked, signal);
  return unpacked;
}
