import { neededMemory } from "#shared/domain/release/delta-means.ts";
import { estimateUnpacked } from "#main/node/delta/estimate-unpacked.ts";
import type { DeltaTask, WrittenDelta } from "./delta-messages.ts";
import type { OnTryProgress } from "./tell-progress.ts";

/** Measures what a delta of the unpacked files would have, as far as the memory allows. Nothing is written. */
export async function measureUnpacked(
  { oldPath, newPath, memoryBytes }: Pick<DeltaTask, "oldPath" | "newPath" | "memoryBytes">,
  onProgress: OnTryProgress,
): Promise<WrittenDelta> {
  onProgress({ stage: "unpacking", share: 0 });
  // Every byte is there twice for a moment, when the pieces become one.
  const perByte = neededMemory("dictionary", 1, 1) - neededMemory("dictionary", 0, 0) + 2;
  const mostBytes = Math.max(1, Math.floor((memoryBytes - neededMemory("dictionary", 0, 0)) / perByte));
  const { deltaBytes, unpackedBytes } = await estimateUnpacked({ oldPath, newPath, mostBytes });
  return { sizeBytes: deltaBytes, unpackedBytes };
}
