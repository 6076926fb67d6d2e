import { z } from "zod";
import { formatBytes } from "#shared/lib/format.ts";

/** How far a download is. `totalBytes` is missing when the sender did not say. */
export const downloadProgress = z.object({ receivedBytes: z.int().min(0), totalBytes: z.int().min(1).optional() });
export type DownloadProgress = z.infer<typeof downloadProgress>;

const BAR = 24;

/** One line that shows a download: `Fetching Electron  ████████░░░░  52 %  57 of 110 MB`. */
export function progressLine(what: string, progress: DownloadProgress): string {
  const { receivedBytes, totalBytes } = progress;
  if (totalBytes === undefined) return `${what}  ${formatBytes(receivedBytes)}`;
  const share = Math.min(1, receivedBytes / totalBytes);
  const filled = Math.round(share * BAR);
  const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
  return `${what}  ${bar}  ${Math.floor(share * 100)} %  ${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}`;
}
