import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { contractClient } from "#main/client/contract-client.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { type RunningServer, startServer } from "#main/server/server.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { gate } from "#shared/domain/rollout/rollout.ts";
import type { RolloutId } from "#shared/lib/ids.ts";
import { addArtifact, addRelease } from "#test/builders/catalogue-rows.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import type { BenchEntry, Sample } from "../entry.ts";
import { ask } from "../fleet/ask.ts";
import { prepareFleet, silenceRegularReports } from "../fleet/make-fleet.ts";
import { startYardstick } from "../fleet/server-process.ts";

const AGENTS = 1_000;
const REPORTS_EACH = 10;

const FLEET_PROCESS = join(import.meta.dirname, "../fleet/fleet-process.ts");

type Crowds = { readonly updating: ChildProcess; readonly reporting: ChildProcess };

/** The report burst is under way this long when somebody presses the button. */
const PRESSED_AFTER_MS = 50;

/**
 * Every host of one group holds a grant, as many hosts of another group report ten times at once, and a person pauses the
 * rollout over HTTP in the middle of it. The two crowds and the person are processes of their own, as they are in life.
 */
export const pauseInBurst: BenchEntry = {
  name: "rollout/pause-in-burst",
  about: `a pause over HTTP until every one of ${AGENTS} updating agents has acknowledged it, during ${AGENTS * REPORTS_EACH} reports of ${AGENTS} others; yardstick: bare ws broadcast, nothing else going on`,
  unit: "ms",
  budget: { of: "value", is: "at most", limit: 100, source: "the design's budgets" },
  runs: 5,
  measure,
};

async function measure(): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
  const server = await startServer({ dataFolder: folder, port: 0, logger: quietLogger() });
  const updating = fork(FLEET_PROCESS);
  const reporting = fork(FLEET_PROCESS);
  const yardstick = await startYardstick();
  try {
    const value = await pauseInTheMiddle(server, folder, { updating, reporting });
    await ask(updating, { kind: "echo", url: yardstick.url, count: AGENTS });
    return { value, yardstick: Number(await (await fetch(`${yardstick.url}/broadcast`)).text()) };
  } finally {
    yardstick.stop();
    updating.kill();
    reporting.kill();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function pauseInTheMiddle(server: RunningServer, folder: string, crowds: Crowds): Promise<number> {
  const running = await readRunningFile(folder);
  if (running === undefined) throw new Error("The server did not announce itself.");
  const client = contractClient(running);
  const rolloutId = await startRollout(server, client, running.url, crowds);
  const person = fork(join(import.meta.dirname, "../fleet/pause-process.ts"));
  await ask(person, { folder, rolloutId, afterMs: PRESSED_AFTER_MS });
  await ask(crowds.reporting, { kind: "load", reportsEach: REPORTS_EACH });
  const burst = ask(crowds.reporting, { kind: "fire" });
  const took = z.number().parse(await ask(person, "now"));
  if (person.connected) person.disconnect();
  const left = await countGrants(server);
  if (left > 0) throw new Error(`${left} grants were live after the pause had answered.`);
  await burst;
  return took;
}

/** Answers once every agent holds a grant. */
async function startRollout(server: RunningServer, client: ContractClient, url: string, crowds: Crowds): Promise<RolloutId> {
  await silenceRegularReports(client);
  const { fleetId, applicationId, tokenText } = await prepareFleet(client, AGENTS);
  await ask(crowds.updating, { kind: "enrol", url, tokenText, count: AGENTS });
  const others = await client.fleets.create({ name: "others", groups: ["everyone"] });
  const { text } = await client.tokens.create({ groupId: z.string().parse(others.groups[0]?.id), maxUses: AGENTS });
  await ask(crowds.reporting, { kind: "enrol", url, tokenText: text, count: AGENTS });
  const { store } = server.opened.plane;
  const releaseId = await addRelease(store, applicationId, "1.0.0");
  await addArtifact(store, releaseId);
  const { groups } = await client.fleets.get({ fleetId });
  const waves = groups.map((group) => ({ groupId: group.id, selector: { kind: "all" as const }, gate: gate.parse({}) }));
  const { id } = await client.rollouts.start({ fleetId, releaseIds: [releaseId], waves });
  while ((await countGrants(server)) < AGENTS) await new Promise((settle) => setTimeout(settle, 20));
  return id;
}

async function countGrants(server: RunningServer): Promise<number> {
  const { count } = await server.opened.plane.store.read
    .selectFrom("grants")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("state", "=", "active")
    .executeTakeFirstOrThrow();
  return count;
}
