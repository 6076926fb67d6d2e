import { open } from "node:fs/promises";
import { inspectArtifact, INSPECTED_BYTES } from "#shared/domain/artifact/inspect.ts";
import type { Inspection } from "#shared/domain/artifact/artifact.ts";
import { neededMemory } from "#shared/domain/release/delta-means.ts";
import { isMeasurableAgainst } from "#shared/domain/release/unpacked-estimate.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { archiveRefusal } from "#main/node/archive/archive-refusal.ts";
import { estimateUnpacked } from "#main/node/delta/estimate-unpacked.ts";
import type { PackedFile } from "#main/node/packing/packed-contents.ts";
import type { DeltaTask, WrittenDelta } from "./delta-messages.ts";
import type { OnTryProgress } from "./tell-progress.ts";

/** What unpacking one program may take; the largest take some. */
const UPX_SECONDS = 60;

/** Measures what a delta of the unpacked files would have, as far as the memory allows. What lies beside `outPath` meanwhile goes. */
export async function measureUnpacked(
  { oldPath, newPath, outPath, memoryBytes, upxProgram }: Omit<DeltaTask, "codec">,
  onProgress: OnTryProgress,
): Promise<WrittenDelta> {
  // Every byte is there twice for a moment, when the pieces become one.
  const perByte = neededMemory("dictionary", 1, 1) - neededMemory("dictionary", 0, 0) + 2;
  const mostBytes = Math.max(1, Math.floor((memoryBytes - neededMemory("dictionary", 0, 0)) / perByte));
  const [old, fresh] = [await inspect(oldPath), await inspect(newPath)];
  if (!isMeasurableAgainst(fresh, old))
    throw notMeasured(archiveRefusal(`${kindOf(fresh)} is not unpacked here to be compared with ${kindOf(old)}`));
  const file = (path: string, { packing }: Inspection): PackedFile => {
    const upx =
      upxProgram === undefined ? undefined : { program: upxProgram, outPath: `${outPath}.unpacked`, memoryBytes, seconds: UPX_SECONDS };
    return { path, packing: packing ?? "none", mostBytes, upx };
  };
  const sizes = await estimateUnpacked(file(oldPath, old), file(newPath, fresh), (stage, share) => onProgress({ stage, share })).catch(
    (thrown: unknown) => {
      throw notMeasured(thrown);
    },
  );
  return { sizeBytes: sizes.deltaBytes, unpackedBytes: sizes.unpackedBytes };
}

/** Nothing was to be installed here, so what is said of archives elsewhere would puzzle people. */
function notMeasured(thrown: unknown): unknown {
  const why = thrown instanceof AppError ? thrown.details["why"] : undefined;
  return why === undefined ? thrown : new AppError("ARTIFACT_ARCHIVE_REFUSED", `Not measured: ${why}.`, { cause: thrown });
}

const kindOf = ({ kind }: Inspection): string => (kind === undefined ? "a file of no known kind" : `“${kind}”`);

async function inspect(path: string): Promise<Inspection> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(INSPECTED_BYTES), 0, INSPECTED_BYTES, 0);
    return inspectArtifact("", buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
