import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { contractClient } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { type RunningServer, startServer } from "#main/server/server.ts";
import { hostId, type HostId } from "#shared/lib/ids.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import type { BenchEntry, Sample } from "../entry.ts";
import { prepareFleet, silenceRegularReports } from "../fleet/make-fleet.ts";
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
    const value = await orderAll(server, folder, fleet);
    await ask(fleet, { kind: "echo", url: yardstick.url, count: AGENTS });
    return { value, yardstick: Number(await (await fetch(`${yardstick.url}/broadcast`)).text()) };
  } finally {
    fleet.kill();
    yardstick.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function orderAll(server: RunningServer, folder: string, fleet: ChildProcess): Promise<number> {
  const running = await readRunningFile(folder);
  if (running === undefined) throw new Error("The server did not announce itself.");
  const client = contractClient(running);
  await silenceRegularReports(client);
  const { fleetId, applicationId, tokenText } = await prepareFleet(client, AGENTS);
  const hosts = await ask(fleet, { kind: "enrol", url: running.url, tokenText, count: AGENTS });
  const { store, hosts: parts } = server.opened.plane;
  const body = { kind: "restart", applicationId } as const;
  const orders = hosts.map((id) => ({ hostId: id, fleetId, body, ttlMs: 60_000, actor: "user:bench" }));
  await store.write((unit) => parts.link.commands.issue(unit, orders));
  const committedAt = Date.now();
  return (await lastAcknowledgement(server)) - committedAt;
}

/** Asks the database, not the agents: an acknowledgement counts when it is committed. */
async function lastAcknowledgement(server: RunningServer): Promise<number> {
  for (;;) {
    const { count, last } = await server.opened.plane.store.read
      .selectFrom("commands")
      .select(({ fn }) => [fn.count<number>("acknowledgedAt").as("count"), fn.max("acknowledgedAt").as("last")])
      .executeTakeFirstOrThrow();
    if (count === AGENTS && last !== null) return last;
    await new Promise((settle) => setTimeout(settle, 20));
  }
}

async function ask(fleet: ChildProcess, order: object): Promise<readonly HostId[]> {
  fleet.send(order);
  const [answer] = await once(fleet, "message");
  return z.array(hostId).parse(answer);
}
