import { UploadRepository } from "../artifact/upload-repository.ts";
import type { WriteUnit } from "../db/store.ts";

/** Forgets within a unit what a file was fetched as, unless a release has taken it. Its bytes are the collector's. */
export async function discardUpload(unit: WriteUnit, uploadId: string | null | undefined): Promise<void> {
  if (uploadId === null || uploadId === undefined) return;
  const rows = new UploadRepository(unit.db);
  const upload = await rows.find(uploadId);
  if (upload === undefined || upload.state === "consumed") return;
  await rows.delete(uploadId);
  unit.emit({ topic: "upload.discarded", ids: { uploadId } });
}
