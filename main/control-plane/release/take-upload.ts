import type { Artifact } from "#shared/domain/artifact/artifact.ts";
import type { UploadId } from "#shared/lib/ids.ts";
import type { WriteUnit } from "../db/store.ts";

/**
 * Makes a ready upload part of a release, within the unit that makes the release, and answers what is known of its
 * file. Intake serves it.
 *
 * @throws AppError NOT_FOUND, CONFLICT_STATE when it is not ready.
 */
export type TakeUpload = (unit: WriteUnit, uploadId: UploadId) => Promise<Pick<Artifact, "fileName" | "sizeBytes" | "digests" | "format">>;
