import { readdir, readFile, readlink } from "node:fs/promises";

/** A listening socket as the kernel lists it. */
export type ListeningSocket = { readonly key: string; readonly inode: string };

const LISTEN = "0A";

/** /proc/net/tcp has addresses as hexadecimal words in the machine's order, which is little-endian wherever we run. */
function toHost(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16)));
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) => (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16));
  // The WHATWG host parser writes the shortest form, as a person would.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

function toKey(address: string): string {
  const [hex = "", port = ""] = address.split(":");
  const host = toHost(hex);
  const number = Number.parseInt(port, 16);
  return host.includes(":") ? `[${host}]:${number}` : `${host}:${number}`;
}

/** Reads a table of /proc/net: `tcp`, `tcp6`. */
export function parseTcpTable(text: string): readonly ListeningSocket[] {
  return text.split("\n").flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTEN && local !== undefined && inode !== undefined ? [{ key: toKey(local), inode }] : [];
  });
}

/** Reads /proc/net/unix; only sockets with a path. */
export function parseUnixTable(text: string): readonly ListeningSocket[] {
  return text.split("\n").flatMap((line) => {
    const [, inode, path] = /^\S+: \S+ \S+ \S+ \S+ \S+ +(\d+) (\/.+)$/.exec(line) ?? [];
    return inode !== undefined && path !== undefined ? [{ key: path, inode }] : [];
  });
}

const read = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");

/** Every listening socket of this network namespace; nothing where there is no /proc. */
export async function listeningSockets(): Promise<readonly ListeningSocket[]> {
  const [tcp, tcp6, unix] = await Promise.all([read("/proc/net/tcp"), read("/proc/net/tcp6"), read("/proc/net/unix")]);
  return [...parseTcpTable(tcp), ...parseTcpTable(tcp6), ...parseUnixTable(unix)];
}

/** The inodes of the sockets that a process has open, by descriptor. */
export async function socketsOf(pid: number | "self"): Promise<ReadonlyMap<number, string>> {
  const folder = `/proc/${pid}/fd`;
  const found = new Map<number, string>();
  for (const name of await readdir(folder).catch(() => [])) {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(await readlink(`${folder}/${name}`).catch(() => "")) ?? [];
    if (inode !== undefined) found.set(Number(name), inode);
  }
  return found;
}
