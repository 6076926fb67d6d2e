import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "#shared/errors/app-error.ts";
import { lockFile, type FileLock } from "../node/file-lock.ts";

const RETRY_MS = 100;

/**
 * Runs `task` while no other process does under the same lock file, waiting for its turn. Two starts, or two tests, on a
 * fresh checkout would otherwise build into one folder at once. The lock ends with the process that holds it,
 * whatever kills it.
 */
export async function withBuildLock<T>(file: string, task: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const lock = await takeTurn(file);
  try {
    return await task();
  } finally {
    lock.release();
  }
}

async function takeTurn(file: string): Promise<FileLock> {
  for (;;) {
    const lock = await lockFile(file, "the folder of the build").catch((thrown: unknown) => {
      if (thrown instanceof AppError && thrown.code === "ENV_DATA_IN_USE") return undefined;
      throw thrown;
    });
    if (lock !== undefined) return lock;
    await wait(RETRY_MS);
  }
}
