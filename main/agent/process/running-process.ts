import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessExit } from "../update/probation.ts";
import { hasLivingMember } from "./group-members.ts";
import type { ProcessFamily } from "./process-family.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { signalWindowsTree } from "./windows-process.ts";

/** A process under supervision, whether this agent started it or found it. */
export type RunningProcess = {
  readonly identity: ProcessIdentity;
  /** Resolves when it has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** For one that was given a pipe to say so: whether it said that it is ready, once that is certain. Never rejects. */
  readonly ready?: Promise<boolean>;
  /** Whatever it set running, where that is known. */
  readonly family?: ProcessFamily;
  /** What asks it to stop; SIGTERM without it. */
  readonly stopSignal?: NodeJS.Signals;
  /** Its end is near and awaited: for one that has to be asked after. */
  readonly hurry?: () => void;
};

const GROUP_POLL_MS = 25;

/** Sends a signal to the whole process group; whether there was one. */
export function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals | 0): boolean {
  if (process.platform === "win32") return signalWindowsTree(identity.pid, signal);
  try {
    process.kill(-identity.pid, signal);
    return true;
  } catch {
    // ESRCH: nobody is left. EPERM cannot be: the group is ours.
    return false;
  }
}

async function isAnyoneLeft({ identity, family }: RunningProcess): Promise<boolean> {
  if (((await family?.members()) ?? []).length > 0) return true;
  return signalGroup(identity, 0) && (await hasLivingMember(identity.pid));
}

async function isGone(running: RunningProcess, untilMs: number): Promise<boolean> {
  while (await isAnyoneLeft(running)) {
    if (performance.now() >= untilMs) return false;
    await sleep(GROUP_POLL_MS);
  }
  return true;
}

/** Asks those to stop who left the process group. */
async function signalFamily({ family, stopSignal = "SIGTERM" }: RunningProcess): Promise<void> {
  for (const pid of (await family?.members()) ?? []) {
    try {
      process.kill(pid, stopSignal);
    } catch {
      // ESRCH: it went by itself.
    }
  }
}

/** Ends whatever is left of a process at once: its group, and whoever left it. */
export async function killRest({ identity, family }: RunningProcess): Promise<void> {
  signalGroup(identity, "SIGKILL");
  await family?.kill().catch(() => undefined);
  await family?.forget().catch(() => undefined);
}

/**
 * Waits for a process that was asked to stop, and for everything that it started, and kills whoever is left after
 * `deadlineMs`. Resolves when the process is gone.
 */
export async function awaitEnd(running: RunningProcess, deadlineMs: number): Promise<ProcessExit> {
  const untilMs = performance.now() + deadlineMs;
  const { exited } = running;
  running.hurry?.();
  const timer = new AbortController();
  const deadline = sleep(deadlineMs, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([exited, deadline]);
  await signalFamily(running);
  // A leader that left early may have left workers behind, who drain until the same deadline.
  await Promise.race([isGone(running, untilMs), deadline]);
  timer.abort();
  await killRest(running);
  return exited;
}

/**
 * Ends a process and everything that it started: its stop signal, then SIGKILL for whoever is left after `deadlineMs`.
 * Resolves when the process is gone, so that the next version finds its port free.
 */
export function stopProcess(running: RunningProcess, deadlineMs: number): Promise<ProcessExit> {
  signalGroup(running.identity, running.stopSignal ?? "SIGTERM");
  return awaitEnd(running, deadlineMs);
}
