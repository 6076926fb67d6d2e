import { hash } from "node:crypto";
import { join } from "node:path";
import { isDamage, isNotFound } from "../disk-error.ts";
import { nodeFs, type NodeFs } from "../node-fs.ts";
import { sha256OfFile } from "../sha256-of-file.ts";
import { removeTree } from "./remove-tree.ts";
import type { TreeEntry } from "./tree-listing.ts";

/** What a look at an unpacked tree gave. `mended` ones had more in them than was unpacked, which is gone now. */
export type TreeVerdict = "intact" | "mended" | "damaged";

type Seen = { readonly path: string; readonly isFolder: boolean };

async function* walk(root: string, fs: NodeFs, within = ""): AsyncGenerator<Seen, void, undefined> {
  for (const entry of await fs.readdir(join(root, within), { withFileTypes: true })) {
    const path = within === "" ? entry.name : `${within}/${entry.name}`;
    yield { path, isFolder: entry.isDirectory() };
    if (entry.isDirectory()) yield* walk(root, fs, path);
  }
}

async function isAsListed(root: string, entry: TreeEntry, fs: NodeFs): Promise<boolean> {
  const path = join(root, entry.path);
  const seen = await fs.lstat(path);
  if (entry.kind === "symlink") return seen.isSymbolicLink() && (await fs.readlink(path)) === entry.target;
  if ((seen.mode & 0o7777) !== entry.mode) return false;
  if (entry.kind === "folder") return seen.isDirectory();
  return seen.isFile() && seen.size === entry.sizeBytes && (await sha256OfFile(path)) === entry.sha256;
}

/**
 * Reads everything that is listed and compares it, whatever lies there besides. Changes nothing.
 *
 * @throws what says nothing about the disk, and what `signal` says.
 */
export async function isTreeAsListed(root: string, listed: readonly TreeEntry[], signal: AbortSignal): Promise<boolean> {
  try {
    for (const entry of listed) {
      signal.throwIfAborted();
      if (!(await isAsListed(root, entry, nodeFs))) return false;
    }
    return true;
  } catch (thrown) {
    if (isDamage(thrown)) return false;
    throw thrown;
  }
}

/**
 * Reads a whole unpacked tree and compares it with its listing. What lies there beside it (a program that ran as root and
 * wrote into its own folder) is removed, so that what is started is what was unpacked and nothing else; a listed entry
 * that is missing or different damages the whole.
 *
 * @throws what kept it from being read.
 */
export async function verifyTree(root: string, listed: readonly TreeEntry[], fs: NodeFs = nodeFs): Promise<TreeVerdict> {
  const rest = new Set(listed.map(({ path }) => path));
  const strays: string[] = [];
  try {
    for await (const { path } of walk(root, fs)) {
      if (!rest.delete(path) && !strays.some((stray) => path.startsWith(`${stray}/`))) strays.push(path);
    }
    if (rest.size > 0) return "damaged";
    for (const entry of listed) if (!(await isAsListed(root, entry, fs))) return "damaged";
    for (const stray of strays) await removeStray(root, stray, fs);
  } catch (thrown) {
    if (isNotFound(thrown)) return "damaged";
    throw thrown;
  }
  return strays.length === 0 ? "intact" : "mended";
}

async function removeStray(root: string, stray: string, fs: NodeFs): Promise<void> {
  const path = join(root, stray);
  const parent = join(path, "..");
  const { mode } = await fs.stat(parent);
  await fs.chmod(parent, 0o755);
  try {
    await removeTree(path, fs);
  } finally {
    await fs.chmod(parent, mode & 0o7777);
  }
}

/**
 * Names the state of a tree without reading a byte of its files: sizes, permissions, inodes, and the times of change that
 * the kernel alone sets. While it stays the same nobody has written into the tree.
 */
export async function stampTree(root: string, fs: NodeFs = nodeFs): Promise<string> {
  const lines: string[] = [];
  for await (const { path } of walk(root, fs)) lines.push(JSON.stringify([path, await stampPath(join(root, path), fs)]));
  return hash("sha256", lines.toSorted().join("\n"));
}

/** The same of one file. */
export async function stampPath(path: string, fs: NodeFs = nodeFs): Promise<string> {
  const { size, mode, ino, dev, mtimeNs, ctimeNs } = await fs.lstat(path, { bigint: true });
  return [size, mode, ino, dev, mtimeNs, ctimeNs].join(" ");
}
