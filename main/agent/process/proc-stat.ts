import { readFile } from "node:fs/promises";

/** What Linux says of a process in one line (proc(5)). `startTime` counts clock ticks since the machine's boot. */
export type ProcStat = { readonly command: string; readonly state: string; readonly group: number; readonly startTime: string };

/** Reads it; undefined where there is no such process, or no such file system. */
export async function readProcStat(pid: number | string): Promise<ProcStat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The command is in brackets, and may itself hold brackets and blanks.
  const [, command, rest] = /^\d+ \((.*)\) (.*)$/s.exec(text) ?? [];
  const fields = (rest ?? "").split(" ");
  const [state, group, startTime] = [fields[0], Number(fields[2]), fields[19]];
  if (command === undefined || state === undefined || startTime === undefined || !Number.isInteger(group)) return undefined;
  return { command, state, group, startTime };
}

/** Whether it has ended: only its parent, which may never ask, keeps the entry. */
export function hasEnded({ state }: ProcStat): boolean {
  return state === "Z" || state === "X";
}
