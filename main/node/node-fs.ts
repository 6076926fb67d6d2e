import * as promises from "node:fs/promises";

/**
 * The file system calls that our durable stores make, as one seam: tests replace single calls to act a full disk or a
 * kill between two steps, and the rest stays the real thing.
 */
export type NodeFs = Pick<
  typeof promises,
  | "open"
  | "rename"
  | "link"
  | "symlink"
  | "mkdir"
  | "rm"
  | "stat"
  | "lstat"
  | "statfs"
  | "utimes"
  | "readFile"
  | "readlink"
  | "readdir"
  | "opendir"
  | "chmod"
>;

/** The real file system. */
export const nodeFs: NodeFs = promises;
