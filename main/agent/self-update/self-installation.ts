import { realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import type { LibraryPaths } from "../install/install-paths.ts";

/** The installed version that runs now, which can be replaced since a launcher started it. */
export type SelfInstallation = {
  readonly paths: LibraryPaths;
  /** Name of the version's folder in the library. */
  readonly name: string;
  readonly node: string;
  readonly agent: string;
  /** SHA-256 of the program. */
  readonly digest: string;
};

/**
 * Finds the installation that this process was started from; undefined for an agent that runs from anywhere else, which
 * nobody would start again as another version.
 *
 * @param library the folder that the launcher names.
 * @param program the file that runs.
 */
export async function findSelfInstallation(library: string | undefined, program: string): Promise<SelfInstallation | undefined> {
  if (library === undefined) return undefined;
  const folder = resolve(library);
  const paths = { library: folder, versions: join(folder, "versions"), current: join(folder, "current") };
  const [current, agent] = await Promise.all([paths.current, program].map((path) => realpath(path).catch(() => undefined)));
  if (current === undefined || agent === undefined || dirname(agent) !== current) return undefined;
  const name = current.slice(dirname(current).length + 1);
  return { paths, name, node: join(current, "node"), agent, digest: await sha256OfFile(agent) };
}
