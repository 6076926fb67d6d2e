import type { BenchEntry } from "../entry.ts";
import { startServer } from "../fleet/server-process.ts";

/** A first start: new database, new keys, new trust repository, until it says that it is ready. */
export const serverStart: BenchEntry = {
  name: "server/cold-start",
  about: "from spawn to the first /readyz that answers 200, on an empty data folder",
  unit: "ms",
  budget: { of: "value", is: "at most", limit: 1000, source: "cold start of the server" },
  runs: 5,
  measure: async () => {
    const server = await startServer();
    await server.stop();
    return { value: server.readyAfterMs };
  },
};
