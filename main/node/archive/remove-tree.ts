import { join } from "node:path";
import { isNotFound } from "../disk-error.ts";
import { nodeFs, type NodeFs } from "../node-fs.ts";

/**
 * Removes a folder of read-only folders, which `rm` alone cannot: names go out of a folder only while it may be written.
 * Links are removed, never followed. A tree that is not there is removed already.
 */
export async function removeTree(folder: string, fs: NodeFs = nodeFs): Promise<void> {
  await openUp(folder, fs);
  await fs.rm(folder, { recursive: true, force: true });
}

async function openUp(folder: string, fs: NodeFs): Promise<void> {
  try {
    if (!(await fs.lstat(folder)).isDirectory()) return;
    await fs.chmod(folder, 0o700);
    for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) await openUp(join(folder, entry.name), fs);
    }
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}
