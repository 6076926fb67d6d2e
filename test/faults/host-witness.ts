import { hash } from "node:crypto";
import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { treeDigest, writeTreeListing } from "#main/node/archive/tree-listing.ts";
import { listTree } from "#main/node/delta/tree/list-tree.ts";
import { readProcStat } from "#main/agent/process/proc-stat.ts";
import { applicationPaths, statePaths } from "#main/agent/state/state-paths.ts";
import { STUB_APPLICATION } from "#test/fakes/control-plane-stub-releases.ts";
import { STARTED, type Stage } from "./scenarios.ts";

/** A process of the application, with the digest of the slot that it was started from. */
export type ServingProcess = { readonly pid: number; readonly digest: string };

/** The ending of slots that hold unpacked files. */
const UNPACKED = ".unpacked";

const paths = (folder: string) => applicationPaths(statePaths(folder), STUB_APPLICATION);

/** What of the application runs on a host now, asked of the system and not of the agent. */
export async function servingProcesses(folder: string): Promise<readonly ServingProcess[]> {
  const { slots } = paths(folder);
  const found: ServingProcess[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(join("/proc", name, "cmdline"), "utf8").catch(() => "");
    const at = command.indexOf(`${slots}/`);
    // The shell that runs it holds the path as its first argument; the agent and its helpers have others before it.
    if (at < 0 || !command.startsWith("/bin/sh\0/")) continue;
    // What it forks looks like it for the instant until it is another program; it leads no group.
    if ((await readProcStat(name))?.group === Number(name))
      found.push({ pid: Number(name), digest: command.slice(at + slots.length + 1, at + slots.length + 65) });
  }
  return found;
}

/** Ends what the application left running, as a power cut does: whatever was started in a folder of the host. */
export async function endServing(folder: string): Promise<void> {
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const place = await readlink(join("/proc", name, "cwd")).catch(() => "");
    if (!place.startsWith(`${folder}/`)) continue;
    try {
      process.kill(Number(name), "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }
}

/** How often the application was started on a host, by its own account. */
export async function startsOfApplication(folder: string): Promise<number> {
  const output = await readFile(paths(folder).outputLog, "utf8").catch(() => "");
  return output.split(STARTED).length - 1;
}

/**
 * What is wrong with the version that `current` names: nothing, or a sentence. The slot has to be there, with the bytes
 * that its name says, whatever moment it is looked at; one of an unpacked archive with what that unpacks to and nothing else.
 *
 * @param trees digests of what archives unpack to, by theirs.
 */
export async function currentVersionFault(folder: string, trees: Stage["trees"] = new Map()): Promise<string | undefined> {
  const { current } = paths(folder);
  let slot: string;
  try {
    slot = await realpath(current);
  } catch {
    return "no version is current";
  }
  if (slot.endsWith(UNPACKED)) return treeFault(slot, trees.get(basename(slot, UNPACKED)));
  const files = await readdir(slot);
  const [file] = files;
  if (file === undefined || files.length > 1) return `the current slot holds ${files.length} files`;
  const digest = hash("sha256", await readFile(join(slot, file)));
  return digest === basename(slot) ? undefined : "the bytes of the current slot are not those of its name";
}

async function treeFault(slot: string, expected: string | undefined): Promise<string | undefined> {
  try {
    const digest = treeDigest(writeTreeListing(await listTree(slot)));
    return digest === expected ? undefined : "the files of the current slot are not those of its archive";
  } catch (thrown) {
    return `the current slot cannot be listed: ${String(thrown)}`;
  }
}

/** What is on its way to an unpacked release, in the end nothing. */
export async function downloadsOf(folder: string): Promise<readonly string[]> {
  return readdir(statePaths(folder).downloads);
}

/** Temporary files that nobody will come back for. */
export async function leftovers(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(".tmp") || name.endsWith(".making"));
}
