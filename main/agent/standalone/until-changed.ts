import { stat } from "node:fs/promises";
import { pause } from "./pause.ts";

/** How often a file is looked at: its inode, size and time, not its bytes. */
const LOOK_MS = 1000;

/** What tells a file from another one in its place: inode, size and time; empty when it is not there. */
export async function stateOf(path: string): Promise<string> {
  return stat(path).then(
    ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
    () => "",
  );
}

/**
 * Waits until the file is another one and has been the same for one look: whoever writes it in place has ended then. Or
 * until the interval is over, or the signal ends the wait. Never rejects.
 */
export async function untilChanged(path: string, intervalMs: number, signal: AbortSignal): Promise<void> {
  const first = await stateOf(path);
  const untilMs = performance.now() + intervalMs;
  let before = first;
  while (!signal.aborted && performance.now() < untilMs) {
    await pause(Math.min(LOOK_MS, intervalMs), signal);
    const now = await stateOf(path);
    if (now !== first && now === before) return;
    before = now;
  }
}
