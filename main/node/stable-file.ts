import type { BigIntStats } from "node:fs";
import { AppError } from "#shared/errors/app-error.ts";
import { nodeFs, type NodeFs } from "./node-fs.ts";
import { errnoOf } from "./disk-error.ts";

const CHUNK_BYTES = 256 * 1024;

/**
 * Looks at a file that somebody wants to publish.
 *
 * @returns its size in bytes.
 * @throws AppError ARTIFACT_UNREADABLE for what is missing, no plain file or not ours to read, ARTIFACT_EMPTY.
 */
export async function requirePlainFile(path: string, fs: NodeFs = nodeFs): Promise<number> {
  return Number((await plainFileStats(path, fs)).size);
}

/**
 * Yields the bytes of a file, and throws at the end when anything wrote it meanwhile, so that a consumer that finishes
 * has read one state of the file. Every chunk is a view of one buffer, good until the next is asked for: memory stays
 * flat without waiting for the garbage collector.
 *
 * @throws AppError ARTIFACT_UNREADABLE, ARTIFACT_EMPTY, ARTIFACT_CHANGED.
 */
export async function* readStableFile(path: string, fs: NodeFs = nodeFs): AsyncGenerator<Uint8Array> {
  const before = await plainFileStats(path, fs);
  const file = await fs.open(path, "r").catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  let readBytes = 0n;
  try {
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) break;
      readBytes += BigInt(bytesRead);
      // A log that grows faster than it is read would never end.
      if (readBytes > before.size) throw changed(path);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
  const after = await fs.stat(path, { bigint: true }).catch(() => undefined);
  if (after === undefined || !isSameState(before, after) || readBytes !== before.size) throw changed(path);
}

async function plainFileStats(path: string, fs: NodeFs): Promise<BigIntStats> {
  const stats = await fs.stat(path, { bigint: true }).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (stats.isDirectory()) throw new AppError("ARTIFACT_UNREADABLE", `${path} is a folder, not a file; nothing was read.`);
  if (!stats.isFile()) throw new AppError("ARTIFACT_UNREADABLE", `${path} is not a plain file; nothing was read.`);
  if (stats.size === 0n) throw new AppError("ARTIFACT_EMPTY", `${path} is empty; nothing was stored.`);
  return stats;
}

function isSameState(before: BigIntStats, after: BigIntStats): boolean {
  return before.ino === after.ino && before.dev === after.dev && before.size === after.size && before.mtimeNs === after.mtimeNs;
}

/** The failure of a file that somebody writes while it is taken in. */
export function changed(path: string): AppError {
  return new AppError("ARTIFACT_CHANGED", `${path} changed while it was read; nothing of it was stored.`);
}

function unreadable(path: string, cause: unknown): AppError {
  const why = errnoOf(cause) === "ENOENT" ? "does not exist" : errnoOf(cause) === "EACCES" ? "may not be read" : "cannot be read";
  return new AppError("ARTIFACT_UNREADABLE", `${path} ${why}; nothing was stored.`, { cause });
}
