import { join } from "node:path";
import { archiveRefusal } from "../../archive/archive-refusal.ts";
import type { MemberHead } from "../../archive/archive-member.ts";
import type { TreeEntry } from "../../archive/tree-listing.ts";
import type { UnpackLimits } from "../../archive/unpack-limits.ts";
import { UnpackPlanner, type UnpackPlan } from "../../archive/unpack-plan.ts";
import { nodeFs } from "../../node-fs.ts";
import { sha256OfFile } from "../../sha256-of-file.ts";

/** What a tree may amount to, as an unpacked archive may. */
export const TREE_LIMITS: UnpackLimits = { entries: 100_000, depth: 32, pathBytes: 1024, totalBytes: 64 * 2 ** 30, foldsCase: false };

/**
 * Judges the entries of a listing as those of an archive are judged, so that nothing is made outside its folder.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED.
 */
export function planTree(entries: readonly TreeEntry[], limits: UnpackLimits = TREE_LIMITS): UnpackPlan {
  const planner = new UnpackPlanner(limits);
  for (const entry of entries) planner.add(toHead(entry));
  return planner.finish();
}

function toHead(entry: TreeEntry): MemberHead {
  const { path, kind } = entry;
  if (entry.kind === "symlink") return { path, kind, sizeBytes: 0, mode: undefined, target: entry.target };
  return { path, kind, sizeBytes: entry.kind === "file" ? entry.sizeBytes : 0, mode: entry.mode };
}

/**
 * Reads a folder as hosts would hold it: what an archive of it amounts to once it is unpacked, with permissions read-only
 * and every file's digest. Links are listed, not followed.
 *
 * @throws AppError ARTIFACT_ARCHIVE_REFUSED for a device, a link out of the folder, a folder without a file.
 */
export async function listTree(root: string, signal?: AbortSignal): Promise<readonly TreeEntry[]> {
  const heads: MemberHead[] = [];
  for await (const head of walk(root, "")) heads.push(head);
  const planner = new UnpackPlanner(TREE_LIMITS);
  for (const head of heads) planner.add(head);
  const entries: TreeEntry[] = [];
  for (const entry of planner.finish().entries) {
    signal?.throwIfAborted();
    if (entry.kind === "hardlink") throw archiveRefusal("a folder has no hard links to be told apart", entry.path);
    if (entry.kind !== "file") entries.push(entry);
    else entries.push({ ...entry, sha256: await sha256OfFile(join(root, entry.path)) });
  }
  return entries;
}

async function* walk(root: string, within: string): AsyncGenerator<MemberHead, void, undefined> {
  for (const name of (await nodeFs.readdir(join(root, within))).toSorted()) {
    const path = within === "" ? name : `${within}/${name}`;
    const seen = await nodeFs.lstat(join(root, path));
    if (seen.isSymbolicLink())
      yield { path, kind: "symlink", sizeBytes: 0, mode: undefined, target: await nodeFs.readlink(join(root, path)) };
    else if (seen.isFile()) yield { path, kind: "file", sizeBytes: seen.size, mode: seen.mode };
    else yield { path, kind: seen.isDirectory() ? "folder" : "other", sizeBytes: 0, mode: seen.mode };
    if (seen.isDirectory()) yield* walk(root, path);
  }
}
