import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { syncFolder } from "#main/node/atomic-write.ts";
import { isNotFound } from "#main/node/disk-error.ts";

/** Where the bytes of a release arrive. Named by application, so that no two of them write one file. */
export function downloadPath(folder: string, applicationId: string, target: { readonly digest: string }): string {
  return join(folder, `${applicationId}-${target.digest}.part`);
}

/** Where what a release unpacks to is made without its archive. */
export function madeTreePath(folder: string, applicationId: string, target: { readonly digest: string }): string {
  return join(folder, `${applicationId}-${target.digest}.tree`);
}

/** Removes what an application's earlier attempts left, but for those of `keep`. A power cut behind it brings nothing back. */
export async function sweepDownloads(folder: string, applicationId: string, keep: readonly { readonly digest: string }[]): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (thrown) {
    if (isNotFound(thrown)) return;
    throw thrown;
  }
  const isKept = (name: string): boolean => keep.some(({ digest }) => name.includes(digest));
  for (const name of names) if (name.startsWith(`${applicationId}-`) && !isKept(name)) await removeTree(join(folder, name));
  await syncFolder(folder);
}
