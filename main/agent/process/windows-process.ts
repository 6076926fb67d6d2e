import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Asks Windows when a process was started, in 100 ns since 1601. Nothing of it is from outside but the pid. */
export function startTimeCommand(pid: number): readonly [string, readonly string[]] {
  return ["powershell", ["-NoProfile", "-NonInteractive", "-Command", `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`]];
}

/** What the answer names a process by; undefined when there is none. */
export function toWindowsStamp(answer: string): string | undefined {
  return /^\s*(\d{15,20})\s*$/.exec(answer)?.[1];
}

/** Ends a process with all that descends from it, at once: Windows has no signal that asks a program without a window. */
export function endTreeCommand(pid: number): readonly [string, readonly string[]] {
  return ["taskkill", ["/PID", String(pid), "/T", "/F"]];
}

/** When a process of Windows was started; undefined for one that has ended. @throws what the command throws. */
export async function windowsStamp(pid: number): Promise<string | undefined> {
  const [command, words] = startTimeCommand(pid);
  return toWindowsStamp((await promisify(execFile)(command, [...words], { windowsHide: true })).stdout);
}

/** Whether there was a process to signal; 0 only asks. Whatever the signal, it is an end at once. */
export function signalWindowsTree(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (signal !== 0) {
    const [command, words] = endTreeCommand(pid);
    // It fails for one that has just ended; whoever waits sees that by its end.
    execFile(command, [...words], { windowsHide: true }, () => undefined);
  }
  return true;
}
