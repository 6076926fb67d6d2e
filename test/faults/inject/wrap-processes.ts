import type * as ChildProcessModule from "node:child_process";
import type { CutPoints } from "./cut-points.ts";

/** Puts a cut point before and behind every start of a process and every signal. */
export function wrapProcesses(module: typeof ChildProcessModule, points: CutPoints): void {
  const spawn = module.spawn;
  module.spawn = ((...args: Parameters<typeof spawn>) => {
    const { kind } = points.meet("process", "spawn", String(args[0]));
    try {
      return spawn(...args);
    } finally {
      points.over(kind);
    }
  }) as typeof spawn;
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    // A question whether a process lives changes nothing, and the cut points' own way out is no operation.
    if (signal === 0 || pid === process.pid) return kill(pid, signal);
    const { kind } = points.meet("process", "signal", String(signal));
    try {
      return kill(pid, signal);
    } finally {
      points.over(kind);
    }
  };
}
