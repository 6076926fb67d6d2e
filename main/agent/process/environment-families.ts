import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessFamilies, ProcessFamily } from "./process-family.ts";

/** The variable by which processes of one start are found. A child that clears its environment and leaves its group is not. */
export const START_VARIABLE = "ROLLCALL_START";

/** A fork may always be one step ahead of a look; so often it is looked again. */
const KILL_ROUNDS = 20;
const ROUND_MS = 25;

async function variableOf(pid: number | string): Promise<string | undefined> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, "latin1");
    const prefix = `${START_VARIABLE}=`;
    return environment
      .split("\0")
      .find((one) => one.startsWith(prefix))
      ?.slice(prefix.length);
  } catch {
    return undefined;
  }
}

// A zombie's environment is empty (proc(5)), so that it is none of the members.
async function membersOf(id: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(async (pid) => ((await variableOf(pid)) === id ? [Number(pid)] : [])));
  return found.flat();
}

function familyOf(id: string): ProcessFamily {
  const kill = async (): Promise<void> => {
    for (let round = 0; round < KILL_ROUNDS; round += 1) {
      const left = await membersOf(id);
      if (left.length === 0) return;
      for (const pid of left) killOne(pid);
      await sleep(ROUND_MS);
    }
  };
  return { members: () => membersOf(id), kill, forget: () => Promise.resolve() };
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // ESRCH: it went by itself.
  }
}

/** Finds families by a variable that children inherit: where no control group is the agent's to use. Linux. */
export const environmentFamilies: ProcessFamilies = {
  kind: "environment",
  start: () => {
    const id = randomBytes(12).toString("hex");
    return { environment: { [START_VARIABLE]: id }, join: () => Promise.resolve(familyOf(id)) };
  },
  adopt: async (pid) => {
    const id = await variableOf(pid);
    return id === undefined ? undefined : familyOf(id);
  },
  sweep: () => Promise.resolve(),
};
