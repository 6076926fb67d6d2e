import { WebSocket } from "ws";
import type { BenchEntry } from "../entry.ts";
import { compareCheckIns, reportsOf } from "../fleet/compare-check-ins.ts";
import { connectByLink } from "../fleet/connect.ts";
import type { Turn } from "../fleet/drive.ts";
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
  measure: () => compareCheckIns({ agents: AGENTS, depth: DEPTH, connect: connectByLink, bare: bareLink }),
};

/** The same agent signs and sends the same reports to the bare server. */
async function bareLink(url: string, agent: LoadAgent): Promise<Turn> {
  const socket = new WebSocket(url.replace(/^http/, "ws"), { perMessageDeflate: false });
  await new Promise((settle, fail) => socket.once("open", settle).once("error", fail));
  socket.on("message", (data: Buffer) => agent.receiveText(data.toString("utf8")));
  agent.carriedBy({ send: (text) => socket.send(text), close: () => socket.close() });
  return reportsOf(agent);
}
