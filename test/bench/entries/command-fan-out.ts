import type { ContractClient } from "#shared/contract/index.ts";
import { applicationId, type HostId } from "#shared/lib/ids.ts";
import type { BenchEntry, Sample } from "../entry.ts";
import { connectByLink } from "../fleet/connect.ts";
import { makeFleet, silenceRegularReports } from "../fleet/make-fleet.ts";
import { startServer } from "../fleet/server-process.ts";

const AGENTS = 1_000;
const AT_ONCE = 64;
/** Collecting logs is an order that needs no release to be installed. */
const APPLICATION = applicationId.parse("00000000-0000-4000-8000-000000000000");

/** One order to each of a thousand connected hosts, until the control plane knows that the last one has it for good. */
export const commandFanOut: BenchEntry = {
  name: "command/fan-out-1000",
  about: `an order to each of ${AGENTS} connected agents: the slowest percent, from the committed row to the acknowledgement on the event stream`,
  unit: "ms",
  budget: { of: "value", is: "at most", limit: 1000, source: "design.md 11" },
  runs: 3,
  measure,
};

async function measure(): Promise<Sample> {
  const server = await startServer();
  try {
    const { client, target } = server;
    await silenceRegularReports(client);
    const hosts = await makeFleet(client, target.url, AGENTS);
    const agents = await Promise.all(hosts.map((host) => connectByLink(target.url, host)));
    const acknowledged = await watchAcknowledgements(client);
    const committedAt = await orderEverywhere(
      client,
      hosts.map(({ hostId: id }) => id),
    );
    const at = await acknowledged(AGENTS);
    for (const agent of agents) agent.close();
    const latencies = [...committedAt].map(([id, committed]) => Math.max(0, (at.get(id) ?? Number.NaN) - committed));
    return { value: percentile(latencies, 0.99) };
  } finally {
    await server.stop();
  }
}

async function orderEverywhere(client: ContractClient, ids: readonly HostId[]): Promise<ReadonlyMap<string, number>> {
  const committedAt = new Map<string, number>();
  const waiting = [...ids];
  const worker = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const { commandId } = await client.hosts.collectLogs({ hostId: id, applicationId: APPLICATION });
      committedAt.set(commandId, performance.now());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return committedAt;
}

/** Begins to listen; the answer resolves, when `count` commands were acknowledged, to the moment of each. */
async function watchAcknowledgements(client: ContractClient): Promise<(count: number) => Promise<ReadonlyMap<string, number>>> {
  const { settings } = client;
  const stream = await client.system.events({});
  const at = new Map<string, number>();
  // The first change after the subscription shows that the stream is under way.
  const { revision, name } = await settings.get();
  const first = stream.next();
  await settings.update({ revision, name });
  await first;
  return async (count) => {
    for await (const event of stream) {
      const { commandId } = event.ids;
      if (event.topic === "command.acknowledged" && commandId !== undefined) at.set(commandId, performance.now());
      if (at.size === count) break;
    }
    return at;
  };
}

function percentile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
}
