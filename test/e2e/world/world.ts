import { ensureRenderer } from "#main/build/renderer-build.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Target } from "#main/client/contract-client.ts";
import { startServer } from "#test/bench/fleet/server-process.ts";
import type { SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";

/** A real control plane as its own process, serving the console as it is built, and the simulated hosts around it. */
export type World = {
  readonly client: ContractClient;
  readonly target: Target;
  readonly agents: SimulatedAgent[];
  /** A fresh one-time link for a browser. */
  readonly loginUrl: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

/** Starts an empty world. */
export async function openWorld(): Promise<World> {
  await ensureRenderer({ log: (line) => console.log(line) });
  const server = await startServer();
  const agents: SimulatedAgent[] = [];
  return {
    client: server.client,
    target: server.target,
    agents,
    loginUrl: async () => (await server.client.access.createLoginLink()).url,
    stop: async () => {
      for (const agent of agents) agent.disconnect();
      await server.stop();
    },
  };
}
