import type { BenchEntry } from "../entry.ts";
import { compareCheckIns } from "../fleet/compare-check-ins.ts";
import { connectByPolling, post } from "../fleet/connect.ts";
import type { Turn } from "../fleet/drive.ts";
import type { LoadAgent } from "../fleet/load-agent.ts";

const AGENTS = 64;

/** Signed reports over the long-poll fallback: two requests each, one that brings it, one that fetches its receipt. */
export const checkInHttp: BenchEntry = {
  name: "check-in/http",
  about: `signed state reports of ${AGENTS} polling agents, two requests each; yardstick: a bare node:http server that answers two of the same size`,
  unit: "reports/s",
  budget: { of: "ratio", is: "at least", limit: 0.3, source: "the design's budgets" },
  runs: 3,
  measure: () => compareCheckIns({ agents: AGENTS, depth: 1, connect: connectByPolling, bare: bareTurn }),
};

/** The same signature and body in one request, and a second one for the receipt. */
const bareTurn =
  (url: string, agent: LoadAgent): Turn =>
  async () => {
    const session = `"sessionId":"${"x".repeat(43)}"`;
    await post(url, `{"v":1,${session},"frames":[${agent.prepareReport().text}]}`);
    await post(url, `{"v":1,${session},"frames":[]}`);
  };
