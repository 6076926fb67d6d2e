import { chmod, stat } from "node:fs/promises";

/** How a folder's mode was found and left; `mode` is what it was, in octal. */
export type FolderWidth = { readonly outcome: "narrow" } | { readonly outcome: "narrowed" | "wide"; readonly mode: string };

const STICKY = 0o1000;

/**
 * Takes from a folder's mode what goes beyond `most`. Windows has no such modes: there it is `narrow`. A folder that
 * everybody shares, such as `/tmp`, is left as it is.
 *
 * @param most the widest mode that it may have, such as 0o750.
 * @returns `wide` where it stays wider than that.
 */
export async function narrowFolder(path: string, most: number): Promise<FolderWidth> {
  const present = (await stat(path)).mode & 0o7777;
  const mode = present.toString(8).padStart(4, "0");
  const beyond = present & 0o777 & ~most;
  if (process.platform === "win32" || beyond === 0) return { outcome: "narrow" };
  if ((present & STICKY) !== 0) return { outcome: "wide", mode };
  return chmod(path, present & ~beyond).then(
    () => ({ outcome: "narrowed", mode }),
    () => ({ outcome: "wide", mode }),
  );
}
