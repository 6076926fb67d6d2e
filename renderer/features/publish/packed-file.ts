import { applicationId as applicationIdSchema, uploadId as uploadIdSchema, type ApplicationId, type UploadId } from "#shared/lib/ids.ts";
import type { DraftFile } from "../../stores/publish-store.ts";
import { wayToUnpack, type WayToUnpack } from "#shared/domain/release/unpacked-estimate.ts";
import { isArchive } from "./unpack-offer.ts";
import { platformsOf } from "./view-model.ts";

/** A packed file of the draft that is here, so that it can be measured what unpacking would save. */
export type PackedFile = {
  readonly applicationId: ApplicationId;
  readonly uploadId: UploadId;
  readonly platform: string;
  readonly fileName: string;
  readonly way: WayToUnpack;
  /** It is known how it is packed. */
  readonly isMeasurable: boolean;
};

/** The first packed file that gets no deltas as it is; undefined where there is none, or it is still on its way. */
export function packedFile(files: readonly DraftFile[], owner: string | undefined, isUnpacked: boolean): PackedFile | undefined {
  const application = applicationIdSchema.safeParse(owner);
  if (!application.success) return undefined;
  for (const file of files) {
    if (file.inspection?.isPacked !== true || file.state.phase !== "ready" || (isUnpacked && isArchive(file))) continue;
    const upload = uploadIdSchema.safeParse(file.state.uploadId);
    const platform = platformsOf(file).value?.[0];
    if (!upload.success || platform === undefined) continue;
    const way = wayToUnpack(file.inspection);
    const isMeasurable = file.inspection.packing !== undefined;
    return { applicationId: application.data, uploadId: upload.data, platform, fileName: file.fileName, way, isMeasurable };
  }
  return undefined;
}
