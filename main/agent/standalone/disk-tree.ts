import { createReadStream } from "node:fs";
import { appendFile, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "#shared/errors/app-error.ts";
import { isNotFound, toDiskError } from "#main/node/disk-error.ts";
import { fileSize } from "#main/node/file-size.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { INDEX, type ReleaseTree, type TreeFetch } from "./release-tree.ts";

/** How often the index is looked at: its inode, size and time, not its bytes. */
const LOOK_MS = 1000;
const CHUNK_BYTES = 1024 * 1024;

/** A folder of this machine, or of whatever is mounted there. */
export function diskTree(root: string): ReleaseTree {
  return {
    place: root,
    read: async (path, maxBytes) => {
      try {
        return await readBoundedFile(join(root, path), maxBytes);
      } catch (thrown) {
        if (isNotFound(thrown)) return undefined;
        throw thrown;
      }
    },
    fetch: (wanted) => copyRest(join(root, wanted.path), wanted),
    news: (intervalMs, signal) => untilChanged(join(root, INDEX), intervalMs, signal),
  };
}

async function copyRest(from: string, { into, sizeBytes, signal, onProgress }: TreeFetch): Promise<boolean> {
  if ((await fileSize(from)) !== sizeBytes)
    throw new AppError("ARTIFACT_DIGEST_MISMATCH", `${from} does not have the ${sizeBytes} bytes that it should; it was not installed.`);
  let copied = await fileSize(into);
  if (copied >= sizeBytes) return copied === sizeBytes;
  const file = await open(into, "a", 0o600);
  try {
    for await (const chunk of createReadStream(from, { start: copied, end: sizeBytes - 1, highWaterMark: CHUNK_BYTES, signal })) {
      if (!Buffer.isBuffer(chunk)) continue;
      await appendFile(file, chunk);
      copied += chunk.length;
      onProgress(copied);
    }
  } catch (thrown) {
    throw signal.aborted ? thrown : toDiskError(thrown, into);
  } finally {
    await file.close();
  }
  return copied === sizeBytes;
}

async function stateOf(path: string): Promise<string> {
  return stat(path).then(
    ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
    () => "",
  );
}

/** Waits until the file is another one and has been the same for one look: whoever writes it in place has ended then. */
async function untilChanged(path: string, intervalMs: number, signal: AbortSignal): Promise<void> {
  const first = await stateOf(path);
  const untilMs = performance.now() + intervalMs;
  let before = first;
  while (!signal.aborted && performance.now() < untilMs) {
    await sleep(Math.min(LOOK_MS, intervalMs), undefined, { signal, ref: false }).catch(() => undefined);
    const now = await stateOf(path);
    if (now !== first && now === before) return;
    before = now;
  }
}
