import { open, truncate, writeFile } from "node:fs/promises";
import { fileSize } from "#main/node/file-size.ts";

/** An application's output beyond this moves to `<file>.1`, in place of what stood there. */
export const OUTPUT_LOG_BYTES = 1024 * 1024;

async function readTail(path: string, sizeBytes: number, maxBytes: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(Math.min(sizeBytes, maxBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, Math.max(0, sizeBytes - maxBytes));
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Keeps an output log within its size. The writer has the file open for appending and never opens it anew, so the last
 * part is copied away and the file cut to nothing; lines written in between are lost, which a log may bear.
 */
export async function rotateOutputLog(path: string, maxBytes = OUTPUT_LOG_BYTES): Promise<void> {
  const sizeBytes = await fileSize(path);
  if (sizeBytes <= maxBytes) return;
  await writeFile(`${path}.1`, await readTail(path, sizeBytes, maxBytes), { mode: 0o640 });
  await truncate(path, 0);
}

/** The last bytes of a log as text, at most `maxBytes`; a character cut at the start is left out. Empty when there is none. */
export async function readLogTail(path: string, maxBytes: number): Promise<string> {
  const sizeBytes = await fileSize(path);
  if (sizeBytes === 0) return "";
  return (await readTail(path, sizeBytes, maxBytes)).toString("utf8").replace(/^\uFFFD+/, "");
}
