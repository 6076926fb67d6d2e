import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What a piece of work took: by the clock, and on all processors together, which other load hardly changes. */
export type Spent = { readonly seconds: number; readonly cpuSeconds: number };

/** Runs a program to its end. @throws what it says when it fails. */
export async function spentBy(program: string, args: readonly string[]): Promise<Spent & { readonly stdout: string }> {
  const beganAt = performance.now();
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", '"$@" && times', "sh", program, ...args]);
  return { seconds: (performance.now() - beganAt) / 1000, cpuSeconds: childTimes(stdout), stdout };
}

/** User and system time of the children, in seconds: the second line of the shell's `times`, such as `0m0.51s 0m0.22s`. */
function childTimes(printed: string): number {
  const [last = ""] = printed.trim().split("\n").slice(-1);
  return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}
