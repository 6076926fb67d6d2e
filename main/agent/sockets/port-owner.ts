import { readdir } from "node:fs/promises";
import { readProcStat } from "../process/proc-stat.ts";
import { placeKey, type HeldPlace } from "./held-place.ts";
import { listeningSockets, socketsOf } from "./proc-sockets.ts";

/** A process that listens where somebody else would. `group` tells whose it is. */
export type PortOwner = { readonly pid: number; readonly command: string; readonly group: number };

/** Whether a socket that listens at `key` keeps others from listening at `place`. */
function isInTheWay(key: string, place: HeldPlace): boolean {
  if (place.kind === "unix") return key === place.path;
  const [host, port] = [key.slice(0, key.lastIndexOf(":")), key.slice(key.lastIndexOf(":") + 1)];
  if (Number(port) !== place.port) return false;
  const wide = ["0.0.0.0", "[::]"];
  return key === placeKey(place) || wide.includes(host) || wide.includes(placeKey(place).slice(0, -`:${port}`.length));
}

async function describe(pid: number): Promise<PortOwner | undefined> {
  const stat = await readProcStat(pid);
  return stat && { pid, command: stat.command, group: stat.group };
}

/** Who listens there now, as far as this account may see; undefined where the system does not tell. */
export async function findPortOwner(place: HeldPlace): Promise<PortOwner | undefined> {
  const inodes = new Set((await listeningSockets()).filter(({ key }) => isInTheWay(key, place)).map(({ inode }) => inode));
  if (inodes.size === 0) return undefined;
  for (const name of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    for (const inode of (await socketsOf(pid)).values()) if (inodes.has(inode)) return describe(pid);
  }
  return undefined;
}
