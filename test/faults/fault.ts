/**
 * What happens at a cut point. `kill` is SIGKILL before the operation, `kill-after` behind it; `power` is a kill that
 * takes with it what was not synced to the disk; `short-write` a kill in the middle of a write; the others are answers of
 * the system.
 */
export const FAULT_KINDS = ["kill", "kill-after", "power", "short-write", "eio", "enospc", "reset"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Whether the process does not outlive it. */
export function isDeadly(kind: FaultKind): boolean {
  return kind !== "eio" && kind !== "enospc" && kind !== "reset";
}

/** The families of operations that are cut. */
export const OPERATION_FAMILIES = ["disk", "network", "process"] as const;

/** One operation of an agent: what is cut. */
export type Operation = {
  /** Counts from 1 in one run of the agent. */
  readonly at: number;
  readonly family: (typeof OPERATION_FAMILIES)[number];
  readonly name: string;
  /** The path, below the state folder as {@link OWN}, or what else the operation is about. */
  readonly about: string;
};

/** Stands for the state folder in {@link Operation.about}. */
export const OWN = "<state>";

/** Whom a kill meets while an agent waits for a process that applies a delta: that one, the agent, which it outlives, or both. */
export const VICTIMS = ["applier", "agent", "both"] as const;
export type Victim = (typeof VICTIMS)[number];

/** What is injected into one run of an agent. */
export type Injection = {
  /** The state folder: errors and lost data befall nothing else. */
  readonly folder: string;
  /** A file that takes a line of JSON for every operation, or for the one that meets the fault. */
  readonly log?: string;
  /** `victim` is told where it is not the process alone in which the operation is cut. */
  readonly fault?: { readonly at: number; readonly kind: FaultKind; readonly seed: number; readonly victim?: Victim | undefined };
  /** The process that applies a delta is cut, and not the agent. */
  readonly isApplier?: boolean;
  /** Another boot of the machine, as after a power cut. */
  readonly machineBoot?: string;
};

/** The name of the variable that carries an {@link Injection} to the agent's process. */
export const INJECTION_VARIABLE = "ROLLCALL_INJECTION";

/** Operations that write bytes of a file. */
const WRITES: ReadonlySet<string> = new Set([
  "handle.write",
  "handle.writev",
  "handle.writeFile",
  "writeFile",
  "appendFile",
  "handle.appendFile",
]);

/** Operations that need room on the disk. */
const GROWS: ReadonlySet<string> = new Set([...WRITES, "open", "mkdir", "symlink", "copyFile", "rename", "handle.sync"]);

/** Operations that leave the disk as it was: what is lost by then was to lose before them, and behind them begins the next one. */
const LOOKS: ReadonlySet<string> = new Set([
  "access",
  "lstat",
  "opendir",
  "readdir",
  "readFile",
  "readlink",
  "stat",
  "statfs",
  "handle.read",
  "handle.readFile",
  "handle.stat",
  "stream.open",
  "stream.read",
]);

/** Which faults make sense at an operation. */
export function faultKindsOf({ family, name, about }: Pick<Operation, "family" | "name" | "about">): readonly FaultKind[] {
  if (family === "network") return name === "receive" ? ["kill", "reset"] : ["kill", "kill-after", "reset"];
  if (family === "process") return ["kill", "kill-after", "power"];
  const isOwn = about.startsWith(`${OWN}/`);
  if (LOOKS.has(name)) return isOwn ? ["kill", "eio"] : ["kill"];
  const kinds: readonly FaultKind[] = ["kill", "kill-after", "power"];
  if (!isOwn) return kinds;
  return [...kinds, "eio", ...(GROWS.has(name) ? (["enospc"] as const) : []), ...(WRITES.has(name) ? (["short-write"] as const) : [])];
}

/** Whether a fault that is planned for an operation befalls this one instead, where the numbers have shifted. */
export function mayBefall(kind: FaultKind, one: Pick<Operation, "family" | "name" | "about">): boolean {
  return kind === "kill" || kind === "kill-after" || kind === "power" || faultKindsOf(one).includes(kind);
}
