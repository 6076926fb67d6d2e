import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { syncFolder } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";
import { nodeFs } from "#main/node/node-fs.ts";
import type { StepContext } from "#main/control-plane/ports/release-store.ts";
import { versionFile, type FolderFile } from "./folder-layout.ts";

type Transfer = Pick<StepContext, "open" | "onProgress" | "signal">;

/**
 * Brings one file into a folder: into a part file that the next try goes on with, then, once its bytes are those that
 * are wanted and on the disk, under its name. Memory stays flat whatever its size.
 *
 * @throws AppError ARTIFACT_DIGEST_MISMATCH when what was written is not what was meant; the next try begins anew.
 */
export async function writeFolderFile(folder: string, file: FolderFile, transfer: Transfer): Promise<void> {
  const target = versionFile(folder, file.name);
  if ((await sizeOf(target)) === file.sizeBytes) return transfer.onProgress(file.sizeBytes);
  const part = join(folder, `.${file.sha256.slice(0, 32)}.part`);
  const handle = await nodeFs.open(part, "a", 0o644);
  try {
    const digest = createHash("sha256");
    const haveBytes = await hashPart(part, digest, file, transfer);
    await append(handle, digest, { file, haveBytes, transfer });
    if (digest.digest("hex") !== file.sha256) {
      await nodeFs.rm(part, { force: true });
      throw mismatch(file);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await nodeFs.rename(part, target);
  await syncFolder(dirname(target));
}

/**
 * Reads a file back and writes it anew when it is not what it should be.
 *
 * @throws AppError ARTIFACT_DIGEST_MISMATCH when it cannot be mended.
 */
export async function verifyFolderFile(folder: string, file: FolderFile, transfer: Transfer): Promise<void> {
  const target = versionFile(folder, file.name);
  if (await isIntact(target, file, transfer.signal)) return;
  await nodeFs.rm(target, { force: true });
  await writeFolderFile(folder, file, { ...transfer, onProgress: () => undefined });
  if (!(await isIntact(target, file, transfer.signal))) throw mismatch(file);
}

async function append(
  handle: Awaited<ReturnType<typeof nodeFs.open>>,
  digest: Hash,
  { file, haveBytes, transfer }: { readonly file: FolderFile; readonly haveBytes: number; readonly transfer: Transfer },
): Promise<void> {
  if (haveBytes === file.sizeBytes) return;
  let doneBytes = haveBytes;
  for await (const chunk of await transfer.open(file.sha256, { first: haveBytes, last: file.sizeBytes - 1 })) {
    transfer.signal.throwIfAborted();
    digest.update(chunk);
    await handle.appendFile(chunk);
    doneBytes += chunk.length;
    transfer.onProgress(doneBytes);
  }
}

/** Hashes what an earlier try left; what is longer than the file can only be something else and is cut off. */
async function hashPart(path: string, digest: Hash, file: FolderFile, { signal }: Transfer): Promise<number> {
  const sizeBytes = (await sizeOf(path)) ?? 0;
  if (sizeBytes > file.sizeBytes) {
    await nodeFs.rm(path, { force: true });
    throw mismatch(file);
  }
  if (sizeBytes > 0) await feed(path, digest, signal);
  return sizeBytes;
}

async function isIntact(path: string, file: FolderFile, signal: AbortSignal): Promise<boolean> {
  if ((await sizeOf(path)) !== file.sizeBytes) return false;
  const digest = createHash("sha256");
  await feed(path, digest, signal);
  return digest.digest("hex") === file.sha256;
}

async function feed(path: string, digest: Hash, signal: AbortSignal): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    signal.throwIfAborted();
    if (!(chunk instanceof Uint8Array)) throw new TypeError("a byte stream yielded text");
    digest.update(chunk);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await nodeFs.stat(path)).size;
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

function mismatch(file: FolderFile): AppError {
  return new AppError(
    "ARTIFACT_DIGEST_MISMATCH",
    `What was written of ${file.name} is not what was sent; it was removed and is written anew.`,
    {
      details: { sha256: file.sha256 },
    },
  );
}
