import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { z } from "zod";
import { readMachineBoot } from "../state/monotonic-clock.ts";

/** Names one process for good: a pid alone is given to another process sooner or later. */
export const processIdentity = z.object({ pid: z.int().min(2), stamp: z.string().min(1).max(200) });
export type ProcessIdentity = z.infer<typeof processIdentity>;

// proc(5): the fields behind the command, which is in brackets and may itself hold brackets and blanks.
async function linuxStamp(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  // A zombie has ended; only its parent, which may never ask, keeps the entry.
  if (state === "Z" || state === "X" || startTime === undefined) return undefined;
  return `${(await readMachineBoot()) ?? "linux"}:${startTime}`;
}

async function portableStamp(pid: number): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { env: { LC_ALL: "C" } });
  const [, state = "", started = ""] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout) ?? [];
  return started === "" || state.startsWith("Z") ? undefined : started;
}

/** What tells this process from every other that has had or will have its pid; undefined when it has ended. */
export async function readStamp(pid: number): Promise<string | undefined> {
  try {
    return process.platform === "linux" ? await linuxStamp(pid) : await portableStamp(pid);
  } catch {
    return undefined;
  }
}

/** Whether exactly this process still runs. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await readStamp(identity.pid)) === identity.stamp;
}
