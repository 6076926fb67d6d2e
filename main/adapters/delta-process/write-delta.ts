import { open, readFile } from "node:fs/promises";
import { makeDelta } from "#main/node/delta/make-delta.ts";
import type { DeltaTask } from "./delta-messages.ts";

/** Makes a delta between two files and writes it out. @returns its size in bytes. */
export async function writeDelta({ oldPath, newPath, outPath, codec }: DeltaTask): Promise<number> {
  const pieces = await makeDelta(await readFile(oldPath), await readFile(newPath), codec);
  const file = await open(outPath, "w");
  try {
    for (const piece of pieces) await file.writeFile(piece);
  } finally {
    await file.close();
  }
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
