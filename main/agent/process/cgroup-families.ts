import { readdir, readFile, mkdir, rmdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seenGroups } from "./cgroup-mounts.ts";
import { environmentFamilies, START_VARIABLE } from "./environment-families.ts";
import type { ProcessFamilies, ProcessFamily } from "./process-family.ts";

const ROUND_MS = 25;
const KILL_ROUNDS = 80;

async function isPopulated(folder: string): Promise<boolean> {
  const events = await readFile(join(folder, "cgroup.events"), "utf8").catch(() => "");
  return /^populated 1$/m.test(events);
}

async function pidsOf(folder: string): Promise<readonly number[]> {
  const own = await readFile(join(folder, "cgroup.procs"), "utf8").catch(() => "");
  const below = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const nested = await Promise.all(below.filter((one) => one.isDirectory()).map((one) => pidsOf(join(folder, one.name))));
  return [...own.split("\n").filter(Boolean).map(Number), ...nested.flat()];
}

async function removeTree(folder: string): Promise<void> {
  const below = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const one of below) if (one.isDirectory()) await removeTree(join(folder, one.name));
  await rmdir(folder).catch(() => undefined);
}

function familyOf(folder: string): ProcessFamily {
  const kill = async (): Promise<void> => {
    if (!(await isPopulated(folder))) return;
    // One write ends all, those that are being forked included (Linux 5.14).
    await writeFile(join(folder, "cgroup.kill"), "1");
    for (let round = 0; round < KILL_ROUNDS && (await isPopulated(folder)); round += 1) await sleep(ROUND_MS);
  };
  const members = async (): Promise<readonly number[]> => ((await isPopulated(folder)) ? pidsOf(folder) : []);
  return { members, kill, forget: () => removeTree(folder) };
}

/** The folders in which the control group of a process may be seen; a machine may have cgroup2 mounted more than once. */
async function groupsOf(pid: number | "self"): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
  const path = /^0::(\/.*)$/m.exec(text)?.[1];
  return path === undefined ? [] : seenGroups(await ownMounts(), path);
}

async function ownMounts(): Promise<string> {
  return readFile("/proc/self/mountinfo", "utf8").catch(() => "");
}

/**
 * The control group in which the agent may make others: that of its own service, which systemd gave away whole
 * (`Delegate=yes`), or the one that an operator names.
 *
 * @param given a group as a path below the mount point, for those who delegate in another way.
 * @returns undefined where there is none, or where it cannot be written, or where the kernel cannot end a group at once.
 */
export async function findDelegatedGroup(serviceName: string, given?: string): Promise<string | undefined> {
  const folders = given === undefined ? await groupsOf("self") : seenGroups(await ownMounts(), join("/", given));
  for (const folder of folders) {
    if (given === undefined && basename(folder) !== `${serviceName}.service`) continue;
    if (await mayMakeGroups(folder)) return folder;
  }
  return undefined;
}

async function mayMakeGroups(own: string): Promise<boolean> {
  const trial = join(own, `trial.${process.pid}`);
  try {
    await mkdir(trial);
    await writeFile(join(trial, "cgroup.kill"), "1");
    return true;
  } catch {
    return false;
  } finally {
    await rmdir(trial).catch(() => undefined);
  }
}

/**
 * Makes a control group for every start, below `parent`. No way out of it is open to a process without rights over the
 * group, so that it finds every child. No controllers are enabled: a group with controllers could not hold the agent
 * itself, and systemd could not start it again there.
 */
export function cgroupFamilies(parent: string): ProcessFamilies {
  return {
    kind: "control groups",
    start: (applicationId) => {
      const { environment } = environmentFamilies.start(applicationId);
      const folder = join(parent, `${applicationId}.${environment[START_VARIABLE] ?? ""}`);
      const joinGroup = async (pid: number): Promise<ProcessFamily> => {
        await mkdir(folder);
        await writeFile(join(folder, "cgroup.procs"), String(pid));
        return familyOf(folder);
      };
      return { environment, join: joinGroup };
    },
    adopt: async (pid) => {
      const group = await readGroup(pid, parent);
      // It was started while there was no group to be had.
      return group === undefined ? environmentFamilies.adopt(pid) : familyOf(group);
    },
    sweep: async (applicationId, spared) => {
      const sparedGroups = await Promise.all(spared.map((pid) => readGroup(pid, parent)));
      for (const name of await readdir(parent).catch(() => [])) {
        const folder = join(parent, name);
        if (!name.startsWith(`${applicationId}.`) || sparedGroups.includes(folder)) continue;
        await familyOf(folder).kill();
        await removeTree(folder);
      }
    },
  };
}

/** The group of a start that a process is in, however deep below it. */
async function readGroup(pid: number, parent: string): Promise<string | undefined> {
  for (const folder of await groupsOf(pid)) {
    const [start = ""] = folder.startsWith(`${parent}/`) ? folder.slice(parent.length + 1).split("/") : [];
    if (start !== "") return join(parent, start);
  }
  return undefined;
}
