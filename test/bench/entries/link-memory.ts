import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { readRunningFile } from "#main/node/running-file.ts";
import { startServer as startHere } from "#main/server/server.ts";
import { hostId } from "#shared/lib/ids.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import type { BenchEntry, Sample } from "../entry.ts";
import { ask } from "../fleet/ask.ts";
import { prepareFleet, silenceRegularReports, type PreparedFleet } from "../fleet/make-fleet.ts";
import { orderAll } from "../fleet/order-all.ts";
import { readProcessCost } from "../fleet/process-cost.ts";
import { SOURCES, startServer, startYardstick } from "../fleet/server-process.ts";

const AGENTS = 10_000;
/** Agents that come back at the same moment: the farewell of a restart spreads them over a window. */
const AT_ONCE = 200;
/** Memory that is only kept for a moment is given back by then. */
const SETTLE_MS = 3_000;

/**
 * What the control plane's process has grown by, when a fleet has come back to it and everyone had an order: private
 * memory, as the kernel counts it, of a process that was started for it. The hosts were registered with another one.
 */
export const linkMemory: BenchEntry = {
  name: "link/memory-per-agent",
  about: `private memory that each of ${AGENTS} agents costs the server once it is connected and had an order; yardstick: a socket of a bare ws server`,
  unit: "KB",
  budget: { of: "value", is: "at most", limit: 16, source: "the design's budgets" },
  runs: 1,
  measure,
};

async function measure(): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
  const crowd = fork(join(import.meta.dirname, "../fleet/fleet-process.ts"));
  try {
    const fleet = await register(folder, crowd);
    return { value: await costOfAgents(join(folder, "data"), crowd, fleet), yardstick: await costOfSockets(crowd) };
  } finally {
    crowd.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function register(folder: string, crowd: ChildProcess): Promise<PreparedFleet> {
  const server = await startServer(SOURCES, folder);
  try {
    await silenceRegularReports(server.client);
    const fleet = await prepareFleet(server.client, AGENTS);
    await ask(crowd, { kind: "register", url: server.target.url, tokenText: fleet.tokenText, count: AGENTS });
    return fleet;
  } finally {
    await server.stop();
  }
}

async function costOfAgents(dataFolder: string, crowd: ChildProcess, fleet: PreparedFleet): Promise<number> {
  const server = await startHere({ dataFolder, port: 0, logger: quietLogger() });
  try {
    const running = await readRunningFile(dataFolder);
    return await growthEach(process.pid, async () => {
      const hosts = await ask(crowd, { kind: "connect", url: running?.url, atOnce: AT_ONCE });
      await orderAll(server, fleet, z.array(hostId).parse(hosts));
    });
  } finally {
    await server.stop();
  }
}

async function costOfSockets(crowd: ChildProcess): Promise<number> {
  const bare = await startYardstick();
  try {
    return await growthEach(bare.pid, async () => {
      await ask(crowd, { kind: "echo", url: bare.url, count: AGENTS });
      await fetch(`${bare.url}/broadcast`);
    });
  } finally {
    bare.stop();
  }
}

/** KB for each agent. */
async function growthEach(pid: number, work: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  const before = await readProcessCost(pid);
  await work();
  globalThis.gc?.();
  await wait(SETTLE_MS);
  const after = await readProcessCost(pid);
  return (after.privateBytes - before.privateBytes) / AGENTS / 1024;
}
