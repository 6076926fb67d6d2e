import { join } from "node:path";
import { downloadPath, madeTreePath } from "../update/download-folder.ts";

/**
 * The files of one way to a release's bytes, beside where its download arrives. Every name begins with the application
 * and the digest of the release, so that they are swept together.
 *
 *     <application>-<digest>.part                 the whole file, as it comes or as it was made
 *     <application>-<digest>.delta-<sha256>.part  a delta, as it comes
 *     <application>-<digest>.via-<sha256>.made    a file between two deltas, whole and flushed
 *     <application>-<digest>.tree                 what the whole file unpacks to, made by deltas
 *     <application>-<digest>.via-<sha256>.tree    the same between two deltas
 *     <application>-<digest>.<random>.making      a file or folder that is being made; worth nothing after a kill
 *     <application>-<digest>.way.json             what has come and what did not lead here
 */
export type WayFiles = {
  readonly folder: string;
  readonly whole: string;
  readonly tree: string;
  readonly record: string;
  delta(sha256: string): string;
  made(sha256: string): string;
  madeTree(sha256: string): string;
  making(random: string): string;
  /** Whether a name in the folder is an unfinished product of applying. */
  isMaking(name: string): boolean;
  /** Whether a name in the folder is of deltas: themselves, or made with them but for the whole file; a tree is. */
  isOfDeltas(name: string): boolean;
};

/** Names the files of the way to a release. */
export function wayFiles(folder: string, applicationId: string, target: { readonly digest: string }): WayFiles {
  const stem = `${applicationId}-${target.digest}`;
  const isMaking = (name: string): boolean => name.startsWith(`${stem}.`) && name.endsWith(".making");
  return {
    folder,
    whole: downloadPath(folder, applicationId, target),
    tree: madeTreePath(folder, applicationId, target),
    record: join(folder, `${stem}.way.json`),
    delta: (sha256) => join(folder, `${stem}.delta-${sha256}.part`),
    made: (sha256) => join(folder, `${stem}.via-${sha256}.made`),
    madeTree: (sha256) => join(folder, `${stem}.via-${sha256}.tree`),
    making: (random) => join(folder, `${stem}.${random}.making`),
    isMaking,
    isOfDeltas: (name) => isMaking(name) || name === `${stem}.tree` || name.startsWith(`${stem}.delta-`) || name.startsWith(`${stem}.via-`),
  };
}
