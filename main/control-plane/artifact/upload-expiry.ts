import type { UploadParts } from "./upload-parts.ts";
import { UploadRepository } from "./upload-repository.ts";

const HOUR_MS = 3_600_000;

/** How long an upload without news is kept, by state, in milliseconds. A ready one waits for its release for a week. */
export const UPLOAD_KEPT_MS = { receiving: 24 * HOUR_MS, ready: 7 * 24 * HOUR_MS, failed: 24 * HOUR_MS, consumed: 24 * HOUR_MS } as const;

/** Forgets uploads that nobody went on with, and removes their unfinished files. Stored blobs are the collector's. */
export async function expireUploads(parts: Pick<UploadParts, "store" | "files">): Promise<void> {
  const gone = await parts.store.write(async (unit) => {
    const rows = new UploadRepository(unit.db);
    const ids: string[] = [];
    for (const state of ["receiving", "ready", "failed", "consumed"] as const)
      ids.push(...(await rows.deleteUntouched(state, unit.now - UPLOAD_KEPT_MS[state])));
    for (const uploadId of ids) unit.emit({ topic: "upload.expired", ids: { uploadId } });
    return ids;
  });
  for (const id of gone) await parts.files.remove(id);
}
