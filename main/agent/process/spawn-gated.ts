import { spawn, type ChildProcess } from "node:child_process";
import { open } from "node:fs/promises";
import { Readable, Writable } from "node:stream";
import type { ProcessExit } from "../update/probation.ts";
import { readStamp } from "./process-identity.ts";
import { firstByteOf } from "./readiness-pipe.ts";
import type { RunningProcess } from "./running-process.ts";
import { FIRST_INHERITED_FD, type SpawnPlan } from "./spawn-plan.ts";

/** A process with the pid that the program will have, which runs nothing of the program before it is let through. */
export type GatedProcess = RunningProcess & {
  /** Lets it through, once it is written down. */
  readonly open: () => void;
  /** Ends it without having run the program. */
  readonly drop: () => void;
};

/** What the first half of a start gave. `no-socket` says who or what stands in the way of listening. */
export type GateResult =
  | { readonly kind: "waiting"; readonly process: GatedProcess }
  | { readonly kind: "not-executable" | "no-socket"; readonly message: string };

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      if (signal !== null) return resolve({ kind: "signal", signal });
      // The shell's words for "found but not executable" and "not found" (POSIX 2.8.2).
      if (code === 126 || code === 127) return resolve({ kind: "not-executable", message: "the system refused it; its output says why" });
      return resolve({ kind: "exit", code: code ?? 0 });
    });
  });
}

async function spawnPlanned(plan: SpawnPlan, inherited: readonly number[]): Promise<ChildProcess> {
  const log = await open(plan.outputLog, "a", 0o640);
  try {
    const [command = "", ...args] = plan.words;
    const child = spawn(command, args, {
      cwd: plan.workFolder,
      env: plan.environment,
      // A group of its own: a signal to it reaches its workers, and the agent's Ctrl-C does not.
      detached: true,
      windowsHide: true,
      // The gate is standard input, so that every number from 3 on is the program's.
      stdio: ["pipe", log.fd, log.fd, ...inherited, ...(plan.hasReadyPipe ? ["pipe" as const] : [])],
    });
    // Before the next await, or the event is gone. Without a pid there was an error, and that is all it says.
    child.on("error", () => undefined);
    return child;
  } finally {
    await log.close();
  }
}

/**
 * Carries out a plan up to its gate. An end of the gate's pipe without a word, as when its parent was killed, ends the
 * process without its program having run.
 *
 * @param inherited descriptors of this process that become 3 and on, in this order.
 */
export async function spawnGated(plan: SpawnPlan, inherited: readonly number[]): Promise<GateResult> {
  const child = await spawnPlanned(plan, inherited);
  const exited = exitOf(child);
  const { pid } = child;
  const [gate, pipe] = [child.stdio[0], child.stdio[FIRST_INHERITED_FD + inherited.length]];
  if (pid === undefined || !(gate instanceof Writable)) {
    return { kind: "not-executable", message: "this machine could not start another process" };
  }
  gate.on("error", () => undefined);
  const ready = pipe instanceof Readable ? firstByteOf(pipe) : undefined;
  const stamp = await readStamp(pid);
  if (stamp === undefined) return { kind: "not-executable", message: "the process ended before it was started" };
  const letThrough = (): void => {
    gate.end("go\n");
    child.unref();
  };
  const process = { identity: { pid, stamp }, exited, open: letThrough, drop: () => void gate.destroy(), ...(ready && { ready }) };
  return { kind: "waiting", process };
}
