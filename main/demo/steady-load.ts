import { Agent, request } from "node:http";

/** What a load saw. A failed request is one without a whole answer of status 200. */
export type LoadTally = { requests: number; failed: number; readonly latenciesMs: number[]; readonly failures: string[] };

/** How clients behave: `close` opens a connection for each request, `keep-alive` uses one again and again. */
export type LoadKind = "close" | "keep-alive";

/** A load that runs until it is stopped. */
export type SteadyLoad = { readonly tally: LoadTally; stop(): Promise<LoadTally> };

const MAX_FAILURES_TOLD = 20;

function ask(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path: "/version", agent }, (response) => {
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200 && response.complete) resolve();
        else reject(new Error(`status ${response.statusCode ?? 0}`));
      });
      response.resume();
    });
    sent.on("error", reject);
    sent.end();
  });
}

/**
 * Asks a service without a pause, from `clients` clients at once, each waiting for its answer; a request that fails is
 * counted and not repeated, as no client of a real service gets it repeated.
 *
 * @param gapMs between an answer and the client's next request.
 */
export function startLoad(port: number, kind: LoadKind, clients: number, gapMs = 0): SteadyLoad {
  const tally: LoadTally = { requests: 0, failed: 0, latenciesMs: [], failures: [] };
  let isOver = false;
  const loop = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: kind === "keep-alive", maxSockets: 1 });
    while (!isOver) {
      const startedAt = performance.now();
      tally.requests += 1;
      try {
        await ask(port, agent);
      } catch (thrown) {
        tally.failed += 1;
        if (tally.failures.length < MAX_FAILURES_TOLD) tally.failures.push(String(thrown));
      }
      tally.latenciesMs.push(performance.now() - startedAt);
      if (gapMs > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
    }
    agent.destroy();
  };
  const loops = Array.from({ length: clients }, loop);
  return {
    tally,
    stop: async () => {
      isOver = true;
      await Promise.all(loops);
      return tally;
    },
  };
}
