import type * as PromisesModule from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { FaultKind } from "../fault.ts";
import type { CutPoints } from "./cut-points.ts";
import type { Unsynced } from "./unsynced.ts";

type Disk = { readonly points: CutPoints; readonly unsynced: Unsynced };
type Call = (...args: readonly unknown[]) => Promise<unknown>;
/** A module or a prototype whose functions are replaced. */
type Replaceable = Record<string, Call>;

const CALLS = [
  "access",
  "appendFile",
  "chmod",
  "chown",
  "copyFile",
  "link",
  "lstat",
  "mkdir",
  "open",
  "opendir",
  "readdir",
  "readFile",
  "readlink",
  "rename",
  "rm",
  "rmdir",
  "stat",
  "statfs",
  "symlink",
  "truncate",
  "unlink",
  "utimes",
  "writeFile",
] as const;
const HANDLE_CALLS = [
  "appendFile",
  "chmod",
  "datasync",
  "read",
  "readFile",
  "stat",
  "sync",
  "truncate",
  "write",
  "writev",
  "writeFile",
] as const;

/** Calls that make what their second argument names. */
const MAKES_SECOND: ReadonlySet<string> = new Set(["copyFile", "link", "symlink"]);
const ABOUT_A_PROCESS = /^\/proc\/\d+\//;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** What a call means for what is not synced; called before it is carried out. */
function note(unsynced: Unsynced, name: string, [first, second]: readonly unknown[]): void {
  const [path, other] = [text(first), text(second)];
  if (name === "open" && /[wa+]/.test(other)) unsynced.opening(path, other.startsWith("w"));
  else if (name === "writeFile") unsynced.opening(path, true);
  else if (name === "appendFile") unsynced.opening(path, false);
  else if (name === "copyFile" || name === "link" || name === "symlink") unsynced.creating(other);
  else if (name === "mkdir") unsynced.makingFolder(path);
  else if (name === "rename") unsynced.renaming(path, other);
  else if (name === "rm" || name === "unlink") unsynced.removing(path);
}

/** The system's answer to an operation that it does not carry out. */
export function refusal(kind: FaultKind, name: string, path: string): Error {
  const code = kind === "eio" ? "EIO" : "ENOSPC";
  return Object.assign(new Error(`${code}: injected, ${name} '${path}'`), { code, syscall: name, path });
}

/** Carries out an operation with what it meets. */
async function meet(
  disk: Disk,
  name: string,
  path: string,
  parts: { readonly act: () => Promise<unknown>; readonly half?: () => Promise<unknown> },
) {
  const { kind } = disk.points.meet("disk", name, path);
  if (kind === "eio" || kind === "enospc") throw refusal(kind, name, path);
  try {
    return await (kind === "short-write" ? parts.half?.() : parts.act());
  } finally {
    disk.points.over(kind);
  }
}

/** Half of what is to be written, as a disk that fills up or a kill in between leaves it. */
function halfOf(data: unknown): unknown {
  if (typeof data === "string") return data.slice(0, data.length / 2);
  // What writev is given; it takes nothing else.
  if (Array.isArray(data)) return [halfOf(Buffer.concat(data))];
  return data instanceof Uint8Array ? data.subarray(0, data.length / 2) : data;
}

function wrapHandle(prototype: Replaceable, paths: WeakMap<object, string>, disk: Disk): void {
  for (const name of HANDLE_CALLS) {
    const original = prototype[name];
    if (original === undefined) continue;
    prototype[name] = async function wrapped(this: object, ...args: readonly unknown[]) {
      const path = paths.get(this) ?? "";
      if (name.startsWith("write") || name === "appendFile") disk.unsynced.writing(path);
      const result = await meet(disk, `handle.${name}`, path, {
        act: () => original.apply(this, [...args]),
        half: () => original.apply(this, [halfOf(args[0])]),
      });
      if (name === "sync" || name === "datasync") disk.unsynced.synced(path);
      return result;
    };
  }
}

/** Puts a cut point before and behind every call of the promise API, and of the handles that it gives. */
export async function wrapDisk(module: typeof PromisesModule, disk: Disk): Promise<void> {
  // Why the casts: functions are replaced by name, each called with the arguments that it was called with.
  const calls = module as unknown as Replaceable;
  const probe: FileHandle = await module.open("/dev/null", "r");
  const prototype = Object.getPrototypeOf(probe) as Replaceable;
  await probe.close();
  const paths = new WeakMap<object, string>();
  wrapHandle(prototype, paths, disk);
  for (const name of CALLS) {
    const original = calls[name];
    if (original === undefined) continue;
    calls[name] = async (...args) => {
      const path = text(MAKES_SECOND.has(name) ? args[1] : args[0]);
      // A look over all processes is one operation, that of listing them: how many there are is the machine's affair.
      if (ABOUT_A_PROCESS.test(path)) return original(...args);
      note(disk.unsynced, name, args);
      const result = await meet(disk, name, path, {
        act: () => original(...args),
        half: () => original(args[0], halfOf(args[1]), args[2]),
      });
      if (name === "open" && typeof result === "object" && result !== null) paths.set(result, text(args[0]));
      return result;
    };
  }
}
