import { mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { removeTree } from "#main/node/archive/remove-tree.ts";

/** A folder beside the result for what is needed on the way to it, gone afterwards, however it ends. */
export async function withWork<T>(out: string, work: (folder: string) => Promise<T>): Promise<T> {
  const parent = dirname(resolve(out));
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, `.${basename(out)}-`));
  try {
    return await work(folder);
  } finally {
    await removeTree(folder);
  }
}

/**
 * Lets somebody write a file by its path. It gets its name only when it is whole and durable; whatever ends the work
 * before leaves what stood there.
 */
export async function withPart<T>(out: string, write: (part: string) => Promise<T>): Promise<T> {
  const part = `${out}.part`;
  try {
    const written = await write(part);
    const file = await open(part, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, out);
    return written;
  } catch (thrown) {
    await rm(part, { force: true });
    throw thrown;
  }
}
