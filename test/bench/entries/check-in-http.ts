import type { BenchEntry, Sample } from "../entry.ts";
import { connectByPolling, post } from "../fleet/connect.ts";
import { driveClients, type Turn } from "../fleet/drive.ts";
import { makeFleet, silenceRegularReports } from "../fleet/make-fleet.ts";
import { startServer, startYardstick } from "../fleet/server-process.ts";
import type { LoadAgent } from "../fleet/load-agent.ts";

const AGENTS = 64;

/** Signed reports over the long-poll fallback: two requests each, one that brings it, one that fetches its receipt. */
export const checkInHttp: BenchEntry = {
  name: "check-in/http",
  about: `signed state reports of ${AGENTS} polling agents, two requests each; yardstick: a bare node:http server that answers two of the same size`,
  unit: "reports/s",
  budget: { of: "ratio", is: "at least", limit: 0.3, source: "the design's budgets" },
  runs: 3,
  measure,
};

async function measure(): Promise<Sample> {
  const server = await startServer();
  const yardstick = await startYardstick();
  try {
    await silenceRegularReports(server.client);
    const hosts = await makeFleet(server.client, server.target.url, AGENTS);
    const agents = await Promise.all(hosts.map((host) => connectByPolling(server.target.url, host)));
    const value = await driveClients(
      agents.map(
        (agent): Turn =>
          () =>
            agent.sendReport(agent.prepareReport()),
      ),
      1,
    );
    for (const agent of agents) agent.close();
    return {
      value,
      yardstick: await driveClients(
        agents.map((agent) => bareTurn(yardstick.url, agent)),
        1,
      ),
    };
  } finally {
    yardstick.stop();
    await server.stop();
  }
}

/** The same signature and body in one request, and a second one for the receipt. */
const bareTurn =
  (url: string, agent: LoadAgent): Turn =>
  async () => {
    const session = `"sessionId":"${"x".repeat(43)}"`;
    await post(url, `{"v":1,${session},"frames":[${agent.prepareReport().text}]}`);
    await post(url, `{"v":1,${session},"frames":[]}`);
  };
