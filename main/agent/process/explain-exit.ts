import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessExit } from "../update/probation.ts";
import { findMemoryKill, type MemoryKills } from "./memory-kill.ts";
import type { RunningProcess } from "./running-process.ts";

/** Children may take so long to follow their parent before it counts as having left them behind. */
const FOLLOW_MS = 300;
/** A shell's word for "my child was ended by SIGKILL". */
const CHILD_KILLED = 137;

/**
 * Finds out what an end means, beyond what the system says of it: killed for memory, or gone into the background.
 *
 * @param before what the kernel counted when the process was started.
 */
export async function explainExit(process: RunningProcess, exit: ProcessExit, before: MemoryKills, nowMs: number): Promise<ProcessExit> {
  if ((exit.kind === "signal" && exit.signal === "SIGKILL") || (exit.kind === "exit" && exit.code === CHILD_KILLED)) {
    const message = await findMemoryKill(exit.kind === "signal" ? process.identity.pid : undefined, before, nowMs);
    return message === undefined ? exit : { kind: "memory", message };
  }
  if (exit.kind !== "exit" || exit.code !== 0 || (await leftBehind(process)) === 0) return exit;
  await sleep(FOLLOW_MS);
  const count = await leftBehind(process);
  if (count === 0) return exit;
  const others = count === 1 ? "another process" : `${count} other processes`;
  return {
    kind: "background",
    message: `went into the background: its first process ended with exit code 0 and left ${others} running, which were ended. It has to stay in the foreground`,
  };
}

async function leftBehind({ family, identity }: RunningProcess): Promise<number> {
  const members = (await family?.members().catch(() => [])) ?? [];
  return members.filter((pid) => pid !== identity.pid).length;
}
