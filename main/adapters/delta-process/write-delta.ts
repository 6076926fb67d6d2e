import { open, readFile } from "node:fs/promises";
import { matchesShare } from "#main/node/delta/delta-progress.ts";
import { makeDelta, type DeltaCodec } from "#main/node/delta/make-delta.ts";
import type { DeltaTask, WrittenDelta } from "./delta-messages.ts";
import { measureUnpacked } from "./measure-unpacked.ts";
import type { OnTryProgress } from "./tell-progress.ts";
import { writeTreeDelta } from "./write-tree-delta.ts";

/** Makes a delta between two files, or between what they unpack to, and writes it out; or measures one. */
export function writeDelta(task: DeltaTask, onProgress: OnTryProgress): Promise<WrittenDelta> {
  if (task.codec === "measure") return measureUnpacked(task, onProgress);
  return task.codec === "tree" ? writeTreeDelta(task, onProgress) : writeFileDelta(task, task.codec, onProgress);
}

async function writeFileDelta(
  { oldPath, newPath, outPath }: DeltaTask,
  codec: DeltaCodec,
  onProgress: OnTryProgress,
): Promise<WrittenDelta> {
  const pieces = await makeDelta(await readFile(oldPath), await readFile(newPath), codec, (stage, share) =>
    onProgress({ stage, share: codec === "matches" ? matchesShare(stage, share) : share }),
  );
  const file = await open(outPath, "w");
  try {
    for (const piece of pieces) await file.writeFile(piece);
  } finally {
    await file.close();
  }
  return { sizeBytes: pieces.reduce((sum, piece) => sum + piece.length, 0) };
}
