import { readdir } from "node:fs/promises";
import { hasEnded, readProcStat } from "./proc-stat.ts";

/**
 * Whether a process of the group still runs. The system answers a signal to a group for as long as the group has an entry,
 * also that of a process that has ended and whose parent has not asked for it: what an application leaves behind is the
 * child of whatever runs first on the machine, which in a container may take its time or never ask. Where there is no
 * `/proc`, the answer to the signal counts.
 */
export async function hasLivingMember(group: number): Promise<boolean> {
  const names = await readdir("/proc").catch(() => undefined);
  if (names === undefined) return true;
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcStat));
  return found.some((stat) => stat?.group === group && !hasEnded(stat));
}
