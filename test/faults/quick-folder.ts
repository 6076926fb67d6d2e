import { execFile } from "node:child_process";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const IN_MEMORY = "/dev/shm";
/** Short, since paths of sockets are bounded. */
const PREFIX = "rc-";
const NEEDED_BYTES = 2 ** 30;

async function isFit(folder: string): Promise<boolean> {
  const script = join(folder, "script");
  try {
    const { bavail, bsize } = await statfs(folder);
    await writeFile(script, "#!/bin/sh\n", { mode: 0o755 });
    await promisify(execFile)(script);
    await rm(script);
    return bavail * bsize >= NEEDED_BYTES;
  } catch {
    return false;
  }
}

/**
 * A new folder in memory, where this machine has room there and runs programs from it; else where temporary files go.
 * What a power cut takes is played in either, and an fsync costs nothing in memory.
 */
export async function makeQuickFolder(): Promise<string> {
  const folder = await mkdtemp(join(IN_MEMORY, PREFIX)).catch(() => undefined);
  if (folder === undefined) return mkdtemp(join(tmpdir(), PREFIX));
  if (await isFit(folder)) return folder;
  await rm(folder, { recursive: true, force: true });
  return mkdtemp(join(tmpdir(), PREFIX));
}
