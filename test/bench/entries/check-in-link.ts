import { WebSocket } from "ws";
import type { BenchEntry, Sample } from "../entry.ts";
import { connectByLink } from "../fleet/connect.ts";
import { driveClients, type Turn } from "../fleet/drive.ts";
import { makeFleet, silenceRegularReports } from "../fleet/make-fleet.ts";
import { startServer, startYardstick } from "../fleet/server-process.ts";
import type { LoadAgent } from "../fleet/load-agent.ts";

const AGENTS = 100;
const DEPTH = 4;

/** Signed reports that are committed before they are acknowledged, over the WebSocket link. */
export const checkInLink: BenchEntry = {
  name: "check-in/link",
  about: `signed state reports of ${AGENTS} agents, each acknowledged after its commit; yardstick: a bare ws server that acknowledges them`,
  unit: "reports/s",
  budget: { of: "record" },
  runs: 3,
  measure,
};

async function measure(): Promise<Sample> {
  const server = await startServer();
  const yardstick = await startYardstick();
  try {
    await silenceRegularReports(server.client);
    const hosts = await makeFleet(server.client, server.target.url, AGENTS);
    const agents = await Promise.all(hosts.map((host) => connectByLink(server.target.url, host)));
    const value = await driveClients(agents.map(reportsOf), DEPTH);
    for (const agent of agents) agent.close();
    const bare = await Promise.all(agents.map((agent) => bareLink(yardstick.url, agent)));
    return { value, yardstick: await driveClients(bare, DEPTH) };
  } finally {
    yardstick.stop();
    await server.stop();
  }
}

const reportsOf =
  (agent: LoadAgent): Turn =>
  () =>
    agent.sendReport(agent.prepareReport());

/** The same agent signs and sends the same reports to the bare server. */
async function bareLink(url: string, agent: LoadAgent): Promise<Turn> {
  const socket = new WebSocket(url.replace(/^http/, "ws"), { perMessageDeflate: false });
  await new Promise((settle, fail) => socket.once("open", settle).once("error", fail));
  socket.on("message", (data: Buffer) => agent.receiveText(data.toString("utf8")));
  agent.carriedBy({ send: (text) => socket.send(text), close: () => socket.close() });
  return reportsOf(agent);
}
