import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { canCompare } from "#shared/domain/release/delta-means.ts";
import { makeTreeDelta } from "#main/node/delta/tree/make-tree-delta.ts";
import { unpackSide } from "#main/node/delta/tree/unpack-side.ts";
import type { DeltaTask, WrittenDelta } from "./delta-messages.ts";
import type { OnTryProgress } from "./tell-progress.ts";

/**
 * Makes a delta between what two archives unpack to and writes it out. Everything on the way lies beside the result, in
 * the folder that goes when the delta has been taken over. Pairs of files that do not fit into the memory are sent whole.
 */
export async function writeTreeDelta(
  { oldPath, newPath, outPath, memoryBytes }: DeltaTask,
  onProgress: OnTryProgress,
): Promise<WrittenDelta> {
  // Whoever wants it stopped ends this process.
  const { signal } = new AbortController();
  const [oldRoot, newRoot, spool] = [`${outPath}.old`, `${outPath}.new`, `${outPath}.parts`];
  onProgress({ stage: "unpacking", share: 0 });
  await unpackSide(oldPath, oldRoot, signal);
  await unpackSide(newPath, newRoot, signal);
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
  return { sizeBytes: made.head.length + made.partBytes, trees: { from: made.oldTree, to: made.newTree } };
}
