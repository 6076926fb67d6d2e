import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ContractClient } from "#shared/contract/index.ts";
import type { BenchEntry, Sample } from "../entry.ts";
import { readProcessCost } from "../fleet/process-cost.ts";
import { ROOT, startServer } from "../fleet/server-process.ts";

const SETTLE_MS = 5_000;
const WATCH_MS = 20_000;
const MEBIBYTE = 1024 * 1024;

/** Memory of an agent that is connected and has nothing to do, beside a Node process that does nothing at all. */
export const agentIdleMemory: BenchEntry = {
  name: "agent/idle-memory",
  about: "private memory of a connected idle agent; yardstick: a Node process with one timer",
  unit: "MiB",
  budget: { of: "record" },
  runs: 3,
  measure: () =>
    withIdleAgent(async (agent) => {
      const bare = spawn(process.execPath, ["-e", "setInterval(() => {}, 60000)"], { stdio: "ignore" });
      try {
        await pause(SETTLE_MS);
        const [busy, idle] = await Promise.all([readProcessCost(agent), readProcessCost(bare.pid ?? 0)]);
        return { value: busy.privateBytes / MEBIBYTE, yardstick: idle.privateBytes / MEBIBYTE };
      } finally {
        bare.kill();
      }
    }),
};

/** How often an idle agent wakes the machine, at the report interval that a fresh control plane asks for. */
export const agentIdleWakeups: BenchEntry = {
  name: "agent/idle-wakeups",
  about: "wakeups of all threads of a connected idle agent, at the default report interval",
  unit: "1/s",
  budget: { of: "record" },
  runs: 1,
  measure: () =>
    withIdleAgent(async (agent) => {
      await pause(SETTLE_MS);
      const before = await readProcessCost(agent);
      await pause(WATCH_MS);
      const after = await readProcessCost(agent);
      return { value: (after.wakeups - before.wakeups) / (WATCH_MS / 1000) };
    }),
};

async function withIdleAgent(look: (pid: number) => Promise<Sample>): Promise<Sample> {
  const server = await startServer();
  const state = await mkdtemp(join(tmpdir(), "rollcall-bench-agent-"));
  const fleet = await server.client.fleets.create({ name: "bench", groups: ["everyone"] });
  const token = await server.client.tokens.create({ groupId: fleet.groups[0]!.id });
  // What hosts run: one file, without the compiler that reads our sources.
  await promisify(execFile)(process.execPath, [join(ROOT, "main/build/build.ts"), "agent"], { cwd: ROOT });
  const agent = spawn(
    process.execPath,
    [join(ROOT, "dist/agent/rollcall-agent.js"), "run", "--state", state, "--name", "idle", "--token-file", "-"],
    {
      stdio: ["pipe", "ignore", "inherit"],
    },
  );
  try {
    agent.stdin.end(token.text);
    await whenConnected(server.client, agent);
    return await look(agent.pid ?? 0);
  } finally {
    const exited = once(agent, "exit");
    agent.kill("SIGTERM");
    await exited;
    await server.stop();
    await rm(state, { recursive: true, force: true });
  }
}

async function whenConnected(client: ContractClient, agent: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300 && agent.exitCode === null; tries += 1) {
    if ((await client.system.status()).agents.connected === 1) return;
    await pause(100);
  }
  throw new Error("The agent did not connect.");
}

const pause = (ms: number): Promise<void> =>
  new Promise((settle) => {
    setTimeout(settle, ms);
  });
