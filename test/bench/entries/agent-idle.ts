import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { freePort } from "#test/builders/free-port.ts";
import { QUICK_RUN } from "#test/integration/agent/service-artifact.ts";
import { withServingHost, type ServingHost } from "../agent/serving-host.ts";
import type { BenchEntry, Budget, Sample } from "../entry.ts";
import { readProcessCost, type ProcessCost } from "../fleet/process-cost.ts";

/** As a fresh control plane asks for. */
const STATE_INTERVAL_MS = 10_000;
const SETTLE_MS = 5_000;
const MINUTE_MS = 60_000;
const MEBIBYTE = 1024 * 1024;

type Spent = { readonly begin: ProcessCost; readonly end: ProcessCost };

/** One measure of an agent that is connected and serves one application without a probe, with nothing to do, for a minute. */
function idle(name: string, about: string, unit: string, runs: number, budget: Budget, read: (spent: Spent) => number): BenchEntry {
  return { name: `agent/idle-${name}`, about, unit, budget, runs, measure: () => watch(read, name.includes("memory") ? 0 : MINUTE_MS) };
}

/** The yardstick is a Node process with one timer at the interval of the reports. */
function watch(read: (spent: Spent) => number, watchMs: number): Promise<Sample> {
  return besideBareNode({ ...QUICK_RUN, probe: undefined }, ({ agentPid }) => Promise.resolve(agentPid), read, watchMs);
}

/** The process that holds sockets, for a service that wants one held. */
async function watchHolder(): Promise<Sample> {
  const sockets = [{ name: "spare", kind: "tcp" as const, port: await freePort() }];
  return besideBareNode({ ...QUICK_RUN, probe: undefined, sockets }, holderOf, ({ end }) => end.privateBytes / MEBIBYTE, 0);
}

async function holderOf({ application }: ServingHost): Promise<number> {
  const folder = join(dirname(dirname(application.folder)), "holder");
  for (const pid of await readdir("/proc")) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (/^\d+$/.test(pid) && command.endsWith(`\0${folder}\0`)) return Number(pid);
  }
  throw new Error("No process holds sockets.");
}

function besideBareNode(
  runSpec: Parameters<typeof withServingHost>[1],
  pidOf: (host: ServingHost) => Promise<number>,
  read: (spent: Spent) => number,
  watchMs: number,
): Promise<Sample> {
  const look = async (host: ServingHost): Promise<Sample> => {
    const bare = spawn(process.execPath, ["-e", `setInterval(() => {}, ${STATE_INTERVAL_MS})`], { stdio: "ignore" });
    try {
      const pids = [await pidOf(host), bare.pid ?? 0] as const;
      await pause(SETTLE_MS);
      const before = await Promise.all(pids.map(readProcessCost));
      await pause(watchMs);
      const after = await Promise.all(pids.map(readProcessCost));
      const [busy, yardstick] = pids.map((_, at) => {
        const [begin, end] = [before[at], after[at]];
        if (begin === undefined || end === undefined) throw new Error("A process went away while it was watched.");
        return read({ begin, end });
      });
      return { value: busy ?? Number.NaN, yardstick: yardstick ?? Number.NaN };
    } finally {
      bare.kill();
    }
  };
  return withServingHost(look, runSpec, STATE_INTERVAL_MS);
}

const RECORD: Budget = { of: "record" };
/** Six reports with their receipts, three signs of life of the link with their answers, a look at a log, and what V8 collects (ADR 67). */
const FEW_WAKEUPS: Budget = { of: "value", is: "at most", limit: 75, source: "issue: idle, no wakeups that are not due" };

/** What an idle agent costs its host. */
export const AGENT_IDLE: readonly BenchEntry[] = [
  idle(
    "memory",
    "private memory of an idle agent; yardstick: a Node process with one timer",
    "MiB",
    3,
    RECORD,
    ({ end }) => end.privateBytes / MEBIBYTE,
  ),
  idle(
    "memory-resident",
    "resident memory of an idle agent; yardstick: a Node process with one timer",
    "MiB",
    3,
    RECORD,
    ({ end }) => end.residentBytes / MEBIBYTE,
  ),
  {
    name: "agent/holder-memory",
    about: "private memory of the process that holds listening sockets; yardstick: a Node process with one timer",
    unit: "MiB",
    budget: RECORD,
    runs: 3,
    measure: watchHolder,
  },
  idle(
    "wakeups",
    "wakeups of all threads of an idle agent; yardstick: a Node process with one timer",
    "1/min",
    1,
    FEW_WAKEUPS,
    ({ begin, end }) => end.wakeups - begin.wakeups,
  ),
  idle(
    "cpu",
    "processor time of an idle agent; yardstick: a Node process with one timer",
    "ms/min",
    1,
    RECORD,
    ({ begin, end }) => end.cpuMs - begin.cpuMs,
  ),
];

const pause = (ms: number): Promise<void> =>
  new Promise((settle) => {
    setTimeout(settle, ms);
  });
