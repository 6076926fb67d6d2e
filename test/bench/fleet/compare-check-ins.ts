import type { Sample } from "../entry.ts";
import type { EnrolledHost } from "./enrol.ts";
import { driveClients, type Turn } from "./drive.ts";
import type { LoadAgent } from "./load-agent.ts";
import { makeFleet, silenceRegularReports } from "./make-fleet.ts";
import { startServer, startYardstick } from "./server-process.ts";

type CheckIns = {
  readonly agents: number;
  /** Reports of one agent that are on their way at once. */
  readonly depth: number;
  readonly connect: (url: string, host: EnrolledHost) => Promise<LoadAgent>;
  /** The same turn against the bare server at `url`. */
  readonly bare: (url: string, agent: LoadAgent) => Turn | Promise<Turn>;
};

/** One signed report, to wherever the agent is connected. */
export const reportsOf =
  (agent: LoadAgent): Turn =>
  () =>
    agent.sendReport(agent.prepareReport());

/** Reports a second that a server takes, beside those that a bare one takes from the same agents. */
export async function compareCheckIns({ agents: count, depth, connect, bare }: CheckIns): Promise<Sample> {
  const server = await startServer();
  const yardstick = await startYardstick();
  try {
    await silenceRegularReports(server.client);
    const hosts = await makeFleet(server.client, server.target.url, count);
    const agents = await Promise.all(hosts.map((host) => connect(server.target.url, host)));
    const value = await driveClients(agents.map(reportsOf), depth);
    for (const agent of agents) agent.close();
    const bareTurns = await Promise.all(agents.map(async (agent) => bare(yardstick.url, agent)));
    return { value, yardstick: await driveClients(bareTurns, depth) };
  } finally {
    yardstick.stop();
    await server.stop();
  }
}
