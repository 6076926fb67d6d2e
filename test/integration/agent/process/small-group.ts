import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { onTestFinished } from "vitest";

/** A control group with little memory, where the kernel lets one be made. It goes with the test. */
export async function aSmallGroup(): Promise<string | undefined> {
  const folder = `/sys/fs/cgroup/memory/rollcall-test-${process.pid}`;
  try {
    await mkdir(folder);
    await writeFile(`${folder}/memory.limit_in_bytes`, String(40 * 1024 * 1024));
  } catch {
    return undefined;
  }
  onTestFinished(() => rmdir(folder));
  return folder;
}
