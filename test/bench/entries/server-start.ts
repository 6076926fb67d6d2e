import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchEntry } from "../entry.ts";
import { BUNDLE, ROOT, SOURCES, startServer } from "../fleet/server-process.ts";

/** A first start: new database, new keys, new trust repository, until it says that it is ready. */
export const serverStart: BenchEntry = {
  name: "server/cold-start",
  about: "the shipped server on an empty data folder: from spawn to the first /readyz that answers 200",
  unit: "ms",
  budget: { of: "value", is: "at most", limit: 1000, source: "cold start of the server" },
  runs: 5,
  measure: async () => {
    await promisify(execFile)(process.execPath, [join(ROOT, "main/build/build.ts"), "cli"], { cwd: ROOT });
    return firstStart(BUNDLE);
  },
};

/** The same without a build, as developers and `npm start` run it. */
export const serverStartFromSources: BenchEntry = {
  name: "server/cold-start-from-sources",
  about: "the server as its TypeScript sources on an empty data folder",
  unit: "ms",
  budget: { of: "record" },
  runs: 5,
  measure: () => firstStart(SOURCES),
};

async function firstStart(entry: typeof BUNDLE | typeof SOURCES): Promise<{ readonly value: number }> {
  const server = await startServer(entry);
  await server.stop();
  return { value: server.readyAfterMs };
}
