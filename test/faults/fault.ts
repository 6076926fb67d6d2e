import { z } from "zod";

/**
 * What happens at a cut point. `kill` is SIGKILL before the operation, `kill-after` behind it; `power` is a kill that
 * takes with it what was not synced to the disk; the others are answers of the system.
 */
export const faultKind = z.enum(["kill", "kill-after", "power", "short-write", "eio", "enospc", "reset"]);
export type FaultKind = z.infer<typeof faultKind>;

/** Whether the process does not outlive it. */
export function isDeadly(kind: FaultKind): boolean {
  return kind !== "eio" && kind !== "enospc" && kind !== "reset";
}

/** The families of operations that are cut. */
export const operation = z.object({
  /** Counts from 1 in one run of the agent. */
  at: z.int(),
  family: z.enum(["disk", "network", "process"]),
  name: z.string(),
  /** Path below the state folder, or what else the operation is about. */
  about: z.string(),
});
export type Operation = z.infer<typeof operation>;

/** What is injected into one run of an agent. */
export const injection = z.object({
  /** The state folder: errors and lost data befall nothing else. */
  folder: z.string(),
  /** A file that takes a line of JSON for every operation, or for the one that meets the fault. */
  log: z.string().optional(),
  fault: z.object({ at: z.int(), kind: faultKind, seed: z.int() }).optional(),
  /** Another boot of the machine, as after a power cut. */
  machineBoot: z.string().optional(),
});
export type Injection = z.infer<typeof injection>;

/** The name of the variable that carries an {@link injection} to the agent's process. */
export const INJECTION_VARIABLE = "ROLLCALL_INJECTION";

/** Operations that write bytes of a file. */
const WRITES: ReadonlySet<string> = new Set(["handle.write", "handle.writeFile", "writeFile", "appendFile", "handle.appendFile"]);

/** Operations that need room on the disk. */
const GROWS: ReadonlySet<string> = new Set([...WRITES, "open", "mkdir", "symlink", "copyFile", "rename", "handle.sync"]);

/** Which faults make sense at an operation. */
export function faultKindsOf({ family, name }: Pick<Operation, "family" | "name">): readonly FaultKind[] {
  if (family === "network") return ["kill", "kill-after", "reset"];
  if (family === "process") return ["kill", "kill-after", "power"];
  return [
    "kill",
    "kill-after",
    "power",
    "eio",
    ...(GROWS.has(name) ? (["enospc"] as const) : []),
    ...(WRITES.has(name) ? (["short-write"] as const) : []),
  ];
}
