import type { Upload } from "../artifact/artifact.ts";

/**
 * Whether what an earlier try fetched is the file that the store has now, so that it need not be fetched again. A file
 * without a digest in the store is fetched anew: what lies there under its name may be another one by now, and a draft
 * must never be mixed of two.
 */
export function hasArrived(upload: Pick<Upload, "state" | "digests"> | undefined, file: { readonly sha256: string | undefined }): boolean {
  return upload?.state === "ready" && file.sha256 !== undefined && upload.digests?.sha256 === file.sha256;
}
