import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { contractClient } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { type RunningServer, startServer } from "#main/server/server.ts";
import { hostId } from "#shared/lib/ids.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import type { BenchEntry, Sample } from "../entry.ts";
import { ask } from "../fleet/ask.ts";
import { prepareFleet, silenceRegularReports } from "../fleet/make-fleet.ts";
import { orderAll } from "../fleet/order-all.ts";
import { startYardstick } from "../fleet/server-process.ts";

const AGENTS = 1_000;

/** One order to each of a thousand connected hosts, until every one of them has said that it has it for good. */
export const commandFanOut: BenchEntry = {
  name: "command/fan-out-1000",
  about: `an order to each of ${AGENTS} connected agents: from the committed rows to the last committed acknowledgement; yardstick: bare ws broadcast`,
  unit: "ms",
  budget: { of: "value", is: "at most", limit: 1000, source: "the design's budgets" },
  runs: 5,
  measure,
};

async function measure(): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
  const server = await startServer({ dataFolder: folder, port: 0, logger: quietLogger() });
  const yardstick = await startYardstick();
  const fleet = fork(join(import.meta.dirname, "../fleet/fleet-process.ts"));
  try {
    const value = await orderThem(server, folder, fleet);
    await ask(fleet, { kind: "echo", url: yardstick.url, count: AGENTS });
    return { value, yardstick: Number(await (await fetch(`${yardstick.url}/broadcast`)).text()) };
  } finally {
    fleet.kill();
    yardstick.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function orderThem(server: RunningServer, folder: string, fleet: ChildProcess): Promise<number> {
  const running = await readRunningFile(folder);
  if (running === undefined) throw new Error("The server did not announce itself.");
  const client = contractClient(running);
  await silenceRegularReports(client);
  const prepared = await prepareFleet(client, AGENTS);
  const hosts = await ask(fleet, { kind: "enrol", url: running.url, tokenText: prepared.tokenText, count: AGENTS });
  return orderAll(server, prepared, z.array(hostId).parse(hosts));
}
