import { createReadStream } from "node:fs";
import { appendFile, open } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#shared/errors/app-error.ts";
import { isNotFound, toDiskError } from "#main/node/disk-error.ts";
import { fileSize } from "#main/node/file-size.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { INDEX, type ReleaseTree, type TreeFetch } from "./release-tree.ts";
import { untilChanged } from "./until-changed.ts";

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
