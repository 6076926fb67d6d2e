import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { AppError } from "#shared/errors/app-error.ts";
import type { DeltaSide } from "#main/control-plane/ports/delta-maker.ts";
import { toDiskError } from "#main/node/disk-error.ts";

/**
 * Copies one side of a delta to a file and checks it.
 *
 * @throws AppError ARTIFACT_DIGEST_MISMATCH, ENV_DISK_FULL, CANCELLED, and what opening it failed with.
 */
export async function fetchSide(side: DeltaSide, path: string, signal: AbortSignal): Promise<void> {
  const source = await side.open(signal);
  const digest = createHash("sha256");
  let sizeBytes = 0;
  const file = await open(path, "w", 0o600);
  try {
    for await (const chunk of source) {
      if (signal.aborted) throw new AppError("CANCELLED", "The making of the delta was stopped.");
      digest.update(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes > side.sizeBytes) break;
      await file.writeFile(chunk);
    }
  } catch (thrown) {
    throw toDiskError(thrown, path);
  } finally {
    await file.close();
  }
  if (sizeBytes !== side.sizeBytes || digest.digest("hex") !== side.sha256)
    throw new AppError(
      "ARTIFACT_DIGEST_MISMATCH",
      "A file that the delta starts from or makes is not what its digest says; none was made.",
    );
}
