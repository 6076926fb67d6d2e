/**
 * `npm run test:faults -- [--points N | --all] [--seed N] [--jobs N] [--scenario NAME] [--sample N] [--at N] [--kind KIND]
 * [--rounds N] [--json FILE]`: cuts an agent at every operation of every scenario, at least N times in all (5,000; `--all`
 * plays every fault at every operation), and then kills agent, application or both at random moments (200 rounds, alone
 * with `--scenario random-kills`). Prints what broke with the words that play it again. Exit code 1 when anything did.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { choosePoints, samplePoints } from "./choose-points.ts";
import { FAULT_KINDS, type Operation } from "./fault.ts";
import { buildInjectedProgram } from "./injected-program.ts";
import { mayHaveOwnProcesses, runAmongOwnProcesses } from "./own-processes.ts";
import { playKills } from "./play-kills.ts";
import { playScenario } from "./play-scenario.ts";
import { makeQuickFolder } from "./quick-folder.ts";
import type { Point, PointResult } from "./run-point.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { sumOf, tableOf, type Tally } from "./tally.ts";

/** Where a run among its own processes finds what it needs; not for people. */
const WITHIN = "within";

const { values } = parseArgs({
  options: {
    points: { type: "string", default: "5000" },
    all: { type: "boolean", default: false },
    seed: { type: "string", default: "20261121" },
    jobs: { type: "string", default: "8" },
    scenario: { type: "string" },
    sample: { type: "string" },
    at: { type: "string" },
    kind: { type: "string" },
    rounds: { type: "string", default: "200" },
    json: { type: "string" },
    [WITHIN]: { type: "string" },
  },
});

const RANDOM_KILLS = "random-kills";
const number = z.coerce.number().int();
const seed = number.parse(values.seed);
const jobs = number.min(1).parse(values.jobs);
const filter = { at: number.optional().parse(values.at), kind: z.enum(FAULT_KINDS).optional().parse(values.kind) };

function choose(operations: readonly Operation[], share: number): readonly Point[] {
  if (values.sample !== undefined) return samplePoints(operations, seed, number.parse(values.sample));
  return choosePoints(operations, seed, values.all ? "all" : number.parse(values.points) / share, filter);
}

let played = 0;

function tell({ name }: Scenario, point: Point, result: PointResult): void {
  played += 1;
  if (process.stderr.isTTY) process.stderr.write(`\r${played} points, now ${name} `);
  if (values.at !== undefined) console.log(`${name} ${point.kind}: ${result.is}`);
  if (result.is !== "broken") return;
  const operation = result.met === undefined ? "" : ` at ${result.met.name} ${result.met.about}`;
  if (values.at !== undefined) console.log(result.agentLog);
  console.log(`BROKEN ${name} --at ${point.at} --kind ${point.kind} --seed ${point.seed - point.at}${operation}: ${result.what}`);
}

async function playRandomKills(program: string): Promise<Tally> {
  const rounds = number.parse(values.rounds);
  const sinceMs = performance.now();
  const broken = await playKills({ program, rounds, seed, jobs });
  for (const one of broken) {
    const { wanted, victim, moment } = one.round;
    const told = `${victim} at ${moment.toFixed(3)} of the way to ${wanted.version}`;
    console.log(`BROKEN ${RANDOM_KILLS} --rounds ${one.round.number} --seed ${one.seed} --jobs 1 (killed ${told}): ${one.what}`);
  }
  const count = { held: rounds - broken.length, broken: broken.length, notReached: 0 };
  return {
    scenario: RANDOM_KILLS,
    operations: 0,
    seconds: Math.round((performance.now() - sinceMs) / 1000),
    kinds: { "random kill": count },
  };
}

async function playAll(folder: string): Promise<readonly Tally[]> {
  const program = await buildInjectedProgram(folder);
  const scenarios = SCENARIOS.filter(({ name }) => values.scenario === undefined || name === values.scenario);
  const tallies: Tally[] = [];
  for (const scenario of scenarios) {
    const onResult = (point: Point, result: PointResult): void => tell(scenario, point, result);
    const tally = await playScenario({ scenario, program, jobs, choose: (all) => choose(all, scenarios.length), onResult });
    tallies.push(tally);
    console.log(`${scenario.name}: ${JSON.stringify({ ...sumOf([tally]), seconds: tally.seconds })}`);
  }
  if (values.scenario === RANDOM_KILLS || (values.scenario === undefined && number.parse(values.rounds) > 0))
    tallies.push(await playRandomKills(program));
  return tallies;
}

async function play(folder: string): Promise<number> {
  const startedAt = new Date().toISOString();
  const tallies = await playAll(folder);
  const sum = sumOf(tallies);
  console.table(tableOf(tallies));
  console.log(`${sum.held} points held, ${sum.broken} broken, ${sum.notReached} not reached, seed ${seed}.`);
  if (values.json !== undefined) {
    const seconds = tallies.reduce((total, one) => total + one.seconds, 0);
    await mkdir(dirname(values.json), { recursive: true });
    await writeFile(values.json, `${JSON.stringify({ startedAt, seed, jobs, seconds, ...sum, tallies }, null, 2)}\n`);
  }
  return sum.broken === 0 && tallies.length > 0 ? 0 : 1;
}

const within = values[WITHIN];
if (typeof within === "string") process.exitCode = await play(within);
else {
  const folder = await makeQuickFolder();
  try {
    process.exitCode = mayHaveOwnProcesses() ? await runAmongOwnProcesses([`--${WITHIN}`, folder]) : await play(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
