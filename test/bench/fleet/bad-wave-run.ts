import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import { startLoad, type LoadTally } from "#main/demo/steady-load.ts";
import { playBadWave, type BadWave } from "#test/builders/bad-wave.ts";
import { emptyWorld, settle, type SystemHost, type SystemWorld } from "#test/builders/system-world.ts";
import { buildAgent } from "#test/faults/agent-bundle.ts";
import { freePort } from "#test/builders/free-port.ts";
import { serviceArtifact } from "#test/integration/agent/service-artifact.ts";
import { whenAnswers } from "../agent/serving-host.ts";
import { runFolder } from "../run-folder.ts";

/** Real agents with a service each: five in the first wave, the others behind it. */
export const BAD_WAVE_GROUPS = { canary: 5, everyone: 45 } as const;

const PATIENCE_MS = 300_000;
/** Between an answer and the next request of the one client that each service outside the wave has. */
const GAP_MS = 100;
const QUIET_MS = 10_000;
/** Starts of the bad version that are a crash loop. */
const LIVES = 3;

const measured = z.object({
  haltedAfterMs: z.number(),
  revertedAfterMs: z.number(),
  bareLivesMs: z.number(),
  bareStartMs: z.number(),
  wave: z.int(),
  ran: z.int(),
  outsideRan: z.int(),
  outside: z.object({ requests: z.int(), failed: z.int(), p99Ms: z.number() }),
  quiet: z.object({ requests: z.int(), failed: z.int(), p99Ms: z.number() }),
  untold: z.array(z.string()),
});

/** What one run of the story showed. Times in ms. */
export type BadWaveRun = z.infer<typeof measured>;

/** Plays the story once in a run of the harness; every entry about it looks at the same. */
export async function badWaveRun(): Promise<BadWaveRun> {
  const folder = runFolder(process.ppid);
  const note = join(folder, "bad-wave.json");
  if (existsSync(note)) return measured.parse(JSON.parse(await readFile(note, "utf8")));
  await mkdir(folder, { recursive: true });
  const found = await play(folder);
  await writeFile(note, JSON.stringify(found));
  return found;
}

async function play(folder: string): Promise<BadWaveRun> {
  const world = await emptyWorld();
  world.agentProgram = [process.execPath, await buildAgent(folder)];
  world.patienceMs = PATIENCE_MS;
  try {
    await settle(world, BAD_WAVE_GROUPS);
    const others = world.hosts.filter(({ group }) => group !== "canary");
    const quiet = await underLoad(others, () => new Promise((resolve) => setTimeout(resolve, QUIET_MS)));
    const loaded = await underLoad(others, () => playBadWave(world));
    const bare = await bareTimes(folder);
    return { ...bare, ...judge(loaded.result, world), outside: loaded.tally, quiet: quiet.tally };
  } finally {
    await world.close();
  }
}

function judge(
  seen: BadWave,
  world: SystemWorld,
): Pick<BadWaveRun, "haltedAfterMs" | "revertedAfterMs" | "wave" | "ran" | "outsideRan" | "untold"> {
  const { wave, others, ran, haltedAfterMs, revertedAfterMs } = seen;
  if (world.hosts.length !== wave.length + others.length) throw new Error("A host is in the wave or behind it.");
  const outsideRan = others.filter(({ name }) => ran.includes(name)).length;
  return { haltedAfterMs, revertedAfterMs, wave: wave.length, ran: ran.length, outsideRan, untold: untold(seen) };
}

/** Places that should tell what happened, and do not. */
function untold({ wave, detail, audited, attention }: BadWave): string[] {
  const { state, stateReason } = detail.rollout;
  const [failure] = detail.failures;
  const says: Readonly<Record<string, boolean>> = {
    "the rollout is halted with its reason": state === "tripped" && stateReason.includes(`${wave.length} hosts`),
    "its page counts the hosts with their cause": failure?.count === wave.length && failure.cause === "exit",
    "the audit has the halt with the same reason": audited.length === 1 && audited[0]?.reason === stateReason,
    "the first screen asks for a person": attention.length === 1,
  };
  return Object.entries(says).flatMap(([what, isSaid]) => (isSaid ? [] : [what]));
}

type Tally = BadWaveRun["outside"];

async function underLoad<T>(hosts: readonly SystemHost[], work: () => Promise<T>): Promise<{ readonly result: T; readonly tally: Tally }> {
  const loads = hosts.map(({ port }) => startLoad(port, "close", 1, GAP_MS));
  const result = await work();
  return { result, tally: sumUp(await Promise.all(loads.map((load) => load.stop()))) };
}

function sumUp(tallies: readonly LoadTally[]): Tally {
  const latencies = tallies.flatMap(({ latenciesMs }) => latenciesMs).toSorted((left, right) => left - right);
  const sum = (of: (tally: LoadTally) => number): number => tallies.reduce((all, tally) => all + of(tally), 0);
  return {
    requests: sum(({ requests }) => requests),
    failed: sum(({ failed }) => failed),
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
  };
}

/** What the same programs take by themselves: the lives of the bad one, one after another, and a start of the good one. */
async function bareTimes(folder: string): Promise<Pick<BadWaveRun, "bareLivesMs" | "bareStartMs">> {
  const [good, bad] = [join(folder, "good.mjs"), join(folder, "bad.mjs")];
  await writeFile(good, serviceArtifact("1.0.0"));
  await writeFile(bad, serviceArtifact("1.1.0", { crashAfterProbes: 2 }));
  const port = await freePort();
  const livesAt = performance.now();
  for (let life = 0; life < LIVES; life += 1) await oneLife(bad, port);
  const startAt = performance.now();
  const child = spawn(process.execPath, [good], { env: { PORT: String(port) }, stdio: "ignore" });
  const exited = once(child, "exit");
  await whenAnswers(port, "1.0.0");
  const bareStartMs = performance.now() - startAt;
  child.kill("SIGKILL");
  await exited;
  return { bareLivesMs: startAt - livesAt, bareStartMs };
}

/** Starts the bad version and asks for its health, as its probe does, until it is gone. */
async function oneLife(path: string, port: number): Promise<void> {
  const child = spawn(process.execPath, [path], { env: { PORT: String(port) }, stdio: "ignore" });
  const exited = once(child, "exit");
  while (child.exitCode === null) {
    await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await exited;
}
