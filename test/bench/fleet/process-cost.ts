import { readdir, readFile } from "node:fs/promises";

/** What the kernel says that a process costs. Linux only. */
export type ProcessCost = {
  readonly residentBytes: number;
  /** Memory that would be free again without it: resident, without what it shares with files and others. */
  readonly privateBytes: number;
  /** How often any of its threads has gone to sleep by itself so far; each is one wakeup later. */
  readonly wakeups: number;
  /** Processor time of all its threads so far. */
  readonly cpuMs: number;
};

/** Reads `/proc` of a running process. */
export async function readProcessCost(pid: number): Promise<ProcessCost> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const threads = await readdir(`/proc/${pid}/task`);
  const switches = await Promise.all(
    threads.map(async (thread) => field(await readFile(`/proc/${pid}/task/${thread}/status`, "utf8"), "voluntary_ctxt_switches")),
  );
  const times = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8")));
  return {
    residentBytes: field(status, "VmRSS") * 1024,
    privateBytes: field(status, "RssAnon") * 1024,
    wakeups: switches.reduce((sum, one) => sum + one, 0),
    // Nanoseconds on a processor come first (Documentation/scheduler/sched-stats.rst).
    cpuMs: times.reduce((sum, text) => sum + Number(text.split(" ")[0]) / 1e6, 0),
  };
}

function field(status: string, name: string): number {
  const found = new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(status)?.[1];
  if (found === undefined) throw new Error(`/proc says nothing of ${name}.`);
  return Number(found);
}
