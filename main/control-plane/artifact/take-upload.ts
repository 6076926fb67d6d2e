import type { Artifact } from "#shared/domain/artifact/artifact.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { UploadId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";
import { UploadRepository } from "./upload-repository.ts";

/** See TakeUpload of the releases. */
export async function takeUpload(
  unit: WriteUnit,
  uploadId: UploadId,
): Promise<Pick<Artifact, "fileName" | "sizeBytes" | "digests" | "format">> {
  const rows = new UploadRepository(unit.db);
  const { state, fileName, sizeBytes, digests, inspection, error } = await rows.require(uploadId);
  if (state !== "ready" || digests === undefined) {
    const why =
      state === "failed"
        ? `failed (${error?.message ?? "unknown"})`
        : state === "consumed"
          ? "is part of another release already"
          : "is still on its way";
    throw new AppError("CONFLICT_STATE", `The upload of ${fileName} ${why}; no draft was made.`, { details: { uploadId } });
  }
  await rows.consumed(uploadId, unit.now);
  unit.emit({ topic: "upload.consumed", ids: { uploadId } });
  return { fileName, sizeBytes, digests, format: inspection?.format ?? "unknown" };
}
