import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, truncate } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { LogLimits } from "#shared/domain/release/log-limits.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { fileSize } from "#main/node/file-size.ts";

/** An application's output beyond this moves to `<file>.1`, and what stood there one further. */
const DEFAULT_BYTES = 1024 * 1024;
const DEFAULT_FILES = 1;

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

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}

/**
 * Keeps an output log within its size, and as many files before it as its release asks for. The writer has the file open
 * for appending and never opens it anew, so the last part is copied away and the file cut to nothing; lines written in
 * between are lost, which a log may bear.
 *
 * @returns how many bytes the file had.
 */
export async function rotateOutputLog(path: string, limits: LogLimits = {}): Promise<number> {
  const { maxBytes = DEFAULT_BYTES, files = DEFAULT_FILES } = limits;
  const sizeBytes = await fileSize(path);
  if (sizeBytes <= maxBytes) return sizeBytes;
  const copy = `${path}.tmp`;
  await pipeline(createReadStream(path, { start: sizeBytes - maxBytes, end: sizeBytes - 1 }), createWriteStream(copy, { mode: 0o640 }));
  for (let age = files; age > 1; age -= 1) await renameIfThere(`${path}.${age - 1}`, `${path}.${age}`);
  await rename(copy, `${path}.1`);
  await truncate(path, 0);
  return sizeBytes;
}

/** The last bytes of a log as text, at most `maxBytes`; a character cut at the start is left out. Empty when there is none. */
export async function readLogTail(path: string, maxBytes: number): Promise<string> {
  const sizeBytes = await fileSize(path);
  if (sizeBytes === 0) return "";
  return (await readTail(path, sizeBytes, maxBytes)).toString("utf8").replace(/^\uFFFD+/, "");
}
