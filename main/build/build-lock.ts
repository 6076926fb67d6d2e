import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";

const SQLITE_BUSY = 5;
const RETRY_MS = 100;

/**
 * Runs `task` while no other process does under the same lock file, waiting for its turn. Two starts, or two tests, on a
 * fresh checkout would otherwise build into one folder at once. The lock is SQLite's, so it ends with the process that
 * holds it, whatever kills it.
 */
export async function withBuildLock<T>(file: string, task: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  try {
    while (!tryLock(database)) await wait(RETRY_MS);
    return await task();
  } finally {
    database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && "errcode" in thrown && thrown.errcode === SQLITE_BUSY) return false;
    throw thrown;
  }
}
