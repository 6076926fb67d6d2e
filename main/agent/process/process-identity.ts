import { readMachineBoot } from "../state/monotonic-clock.ts";
import { portableStamp } from "./portable-stamp.ts";
import { hasEnded, readProcStat } from "./proc-stat.ts";
import { windowsStamp } from "./windows-process.ts";

/** Names one process for good: a pid alone is given to another process sooner or later. */
export type ProcessIdentity = { readonly pid: number; readonly stamp: string };

async function linuxStamp(pid: number): Promise<string | undefined> {
  const stat = await readProcStat(pid);
  if (stat === undefined || hasEnded(stat)) return undefined;
  return `${(await readMachineBoot()) ?? "linux"}:${stat.startTime}`;
}

const STAMPS: Partial<Record<NodeJS.Platform, (pid: number) => Promise<string | undefined>>> = { linux: linuxStamp, win32: windowsStamp };

/** What tells this process from every other that has had or will have its pid; undefined when it has ended. */
export async function readStamp(pid: number): Promise<string | undefined> {
  try {
    return await (STAMPS[process.platform] ?? portableStamp)(pid);
  } catch {
    return undefined;
  }
}

/** Whether exactly this process still runs. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await readStamp(identity.pid)) === identity.stamp;
}
