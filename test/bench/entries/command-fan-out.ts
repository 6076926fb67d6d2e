import type { ContractClient } from "#shared/contract/index.ts";
import type { ApplicationId, HostId } from "#shared/lib/ids.ts";
import type { BenchEntry, Sample } from "../entry.ts";
import { connectByLink } from "../fleet/connect.ts";
import { makeFleet, silenceRegularReports } from "../fleet/make-fleet.ts";
import { startServer } from "../fleet/server-process.ts";

const AGENTS = 1_000;
const AT_ONCE = 64;

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
    const application = await subscribeEverywhere(client);
    const agents = await Promise.all(hosts.map((host) => connectByLink(target.url, host)));
    const acknowledged = await watchAcknowledgements(client);
    const ids = hosts.map(({ hostId: id }) => id);
    const committedAt = await orderEverywhere(client, ids, application);
    const at = await acknowledged(AGENTS);
    for (const agent of agents) agent.close();
    const latencies = [...committedAt].map(([id, committed]) => Math.max(0, (at.get(id) ?? Number.NaN) - committed));
    return { value: percentile(latencies, 0.99) };
  } finally {
    await server.stop();
  }
}

/** Gives every host an application to collect logs of, an order that needs no release to be installed. */
async function subscribeEverywhere(client: ContractClient): Promise<ApplicationId> {
  const { id } = await client.applications.create({ productId: "org.example.bench", name: "Bench" });
  const groups = (await client.fleets.list()).flatMap((fleet) => fleet.groups);
  for (const group of groups) await client.subscriptions.create({ groupId: group.id, applicationId: id });
  return id;
}

async function orderEverywhere(
  client: ContractClient,
  ids: readonly HostId[],
  applicationId: ApplicationId,
): Promise<ReadonlyMap<string, number>> {
  const committedAt = new Map<string, number>();
  const waiting = [...ids];
  const worker = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const { commandId } = await client.hosts.collectLogs({ hostId: id, applicationId });
      committedAt.set(commandId, performance.now());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return committedAt;
}

/** Begins to listen; the answer resolves, when `count` commands were acknowledged, to the moment at which each was heard. */
async function watchAcknowledgements(client: ContractClient): Promise<(count: number) => Promise<ReadonlyMap<string, number>>> {
  const { settings } = client;
  const stream = await client.system.events({});
  // The first change after the subscription shows that the stream is under way.
  const { revision, name } = await settings.get();
  const first = stream.next();
  await settings.update({ revision, name });
  await first;
  const at = new Map<string, number>();
  const waiting: { readonly count: number; readonly settle: () => void }[] = [];
  const listen = async (): Promise<void> => {
    for await (const event of stream) {
      const { commandId } = event.ids;
      if (event.topic === "command.acknowledged" && commandId !== undefined) at.set(commandId, performance.now());
      for (const { count, settle } of waiting) if (at.size >= count) settle();
    }
  };
  // The stream breaks off when the server stops, long after the last acknowledgement.
  listen().catch(() => undefined);
  return async (count) => {
    if (at.size < count) await new Promise<void>((settle) => waiting.push({ count, settle }));
    return at;
  };
}

function percentile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
}
