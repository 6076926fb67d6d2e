import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessExit } from "../update/probation.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";

/** A process under supervision, whether this agent started it or found it. */
export type RunningProcess = {
  readonly identity: ProcessIdentity;
  /** Resolves when it has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** For one that was given a pipe to say so: whether it said that it is ready, once that is certain. Never rejects. */
  readonly ready?: Promise<boolean>;
};

const POLL_MS = 250;
const GROUP_POLL_MS = 25;

async function pollUntilGone(identity: ProcessIdentity): Promise<ProcessExit> {
  while (await isAlive(identity)) await sleep(POLL_MS);
  return { kind: "unknown" };
}

/**
 * Takes over a process that an earlier run of this agent started. It is nobody's child now, so that nobody can wait for
 * it; it is asked after instead, and how it ended stays unknown.
 */
export function adoptProcess(identity: ProcessIdentity): RunningProcess {
  return { identity, exited: pollUntilGone(identity) };
}

/** Sends a signal to the whole process group; whether there was one. */
export function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-identity.pid, signal);
    return true;
  } catch {
    // ESRCH: nobody is left. EPERM cannot be: the group is ours.
    return false;
  }
}

async function groupIsGone(identity: ProcessIdentity, untilMs: number): Promise<boolean> {
  while (signalGroup(identity, 0)) {
    if (performance.now() >= untilMs) return false;
    await sleep(GROUP_POLL_MS);
  }
  return true;
}

/**
 * Ends a process and everything in its group: SIGTERM, then SIGKILL for whoever is left after `deadlineMs`. Resolves
 * when the process is gone, so that the next version finds its port free.
 */
export async function stopProcess(running: RunningProcess, deadlineMs: number): Promise<ProcessExit> {
  const untilMs = performance.now() + deadlineMs;
  const { identity, exited } = running;
  const timer = new AbortController();
  const deadline = sleep(deadlineMs, undefined, { signal: timer.signal }).catch(() => undefined);
  signalGroup(identity, "SIGTERM");
  await Promise.race([exited, deadline]);
  // A leader that left early may have left workers behind, who drain until the same deadline.
  await Promise.race([groupIsGone(identity, untilMs), deadline]);
  timer.abort();
  signalGroup(identity, "SIGKILL");
  return exited;
}
