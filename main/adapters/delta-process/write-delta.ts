import { open, readFile } from "node:fs/promises";
import { makeDelta, type DeltaCodec } from "#main/node/delta/make-delta.ts";
import type { DeltaTask, WrittenDelta } from "./delta-messages.ts";
import { writeTreeDelta } from "./write-tree-delta.ts";

/** Makes a delta between two files, or between what they unpack to, and writes it out. */
export function writeDelta(task: DeltaTask): Promise<WrittenDelta> {
  return task.codec === "tree" ? writeTreeDelta(task) : writeFileDelta(task, task.codec);
}

async function writeFileDelta({ oldPath, newPath, outPath }: DeltaTask, codec: DeltaCodec): Promise<WrittenDelta> {
  const pieces = await makeDelta(await readFile(oldPath), await readFile(newPath), codec);
  const file = await open(outPath, "w");
  try {
    for (const piece of pieces) await file.writeFile(piece);
  } finally {
    await file.close();
  }
  return { sizeBytes: pieces.reduce((sum, piece) => sum + piece.length, 0) };
}
