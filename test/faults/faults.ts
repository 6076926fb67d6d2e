/**
 * `npm run test:faults -- [--points N] [--seed N] [--jobs N] [--scenario NAME] [--sample N] [--at N] [--kind KIND] [--rounds N]`:
 * cuts an agent at every operation of every scenario, at least N times in all (5,000), and then kills agent, application or
 * both at random moments (200 rounds, alone with `--scenario random-kills`). Prints what broke with the words that play it
 * again. Exit code 1 when anything did.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildAgent } from "./agent-bundle.ts";
import { choosePoints, samplePoints } from "./choose-points.ts";
import { faultKind, type FaultKind, type Operation } from "./fault.ts";
import { ScenarioHost } from "./host.ts";
import { playKills } from "./play-kills.ts";
import { recordOperations, runPoint, type Point, type PointResult } from "./run-point.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

const { values } = parseArgs({
  options: {
    points: { type: "string", default: "5000" },
    seed: { type: "string", default: "20261121" },
    jobs: { type: "string", default: "4" },
    scenario: { type: "string" },
    sample: { type: "string" },
    at: { type: "string" },
    kind: { type: "string" },
    rounds: { type: "string", default: "200" },
  },
});

const RANDOM_KILLS = "random-kills";

type Tally = { operations: number; held: number; notReached: number; broken: number };

async function operationsOf(scenario: Scenario, program: string): Promise<readonly Operation[]> {
  const host = await ScenarioHost.prepare(scenario, program);
  try {
    return await recordOperations(host);
  } finally {
    await host.close();
  }
}

async function playScenario(scenario: Scenario, program: string, atLeast: number): Promise<Tally> {
  const operations = await operationsOf(scenario, program);
  const at = values.at === undefined ? undefined : Number(values.at);
  const kind: FaultKind | undefined = values.kind === undefined ? undefined : faultKind.parse(values.kind);
  const seed = Number(values.seed);
  const points =
    values.sample === undefined
      ? choosePoints(operations, seed, atLeast, { at, kind })
      : samplePoints(operations, seed, Number(values.sample));
  const tally: Tally = { operations: operations.length, held: 0, notReached: 0, broken: 0 };
  const queue = points.values();
  const job = async (): Promise<void> => {
    const host = await ScenarioHost.prepare(scenario, program);
    try {
      for (const point of queue) count(tally, scenario, point, await runPoint(host, point));
    } finally {
      await host.close();
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, job));
  return tally;
}

function count(tally: Tally, { name }: Scenario, { at, kind, seed }: Point, result: PointResult): void {
  if (result.is === "held") tally.held += 1;
  else if (result.is === "not-reached") tally.notReached += 1;
  else {
    tally.broken += 1;
    const operation = result.met === undefined ? "" : ` at ${result.met.name} ${result.met.about}`;
    if (values.at !== undefined) console.log(result.agentLog);
    console.log(`BROKEN ${name} --at ${at} --kind ${kind} --seed ${seed - at}${operation}: ${result.what}`);
  }
  if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${tally.held} held, ${tally.broken} broken `);
}

async function playRandomKills(program: string): Promise<Tally> {
  const rounds = Number(values.rounds);
  const broken = await playKills({ program, rounds, seed: Number(values.seed), jobs: Number(values.jobs) });
  for (const { seed, round, what } of broken) {
    const { number, wanted, victim, moment } = round;
    const told = `${victim} at ${moment.toFixed(3)} of the way to ${wanted.version}`;
    console.log(`BROKEN ${RANDOM_KILLS} --rounds ${number} --seed ${seed} --jobs 1 (killed ${told}): ${what}`);
  }
  return { operations: rounds, held: rounds - broken.length, notReached: 0, broken: broken.length };
}

const folder = await mkdtemp(join(tmpdir(), "rollcall-agent-bundle-"));
try {
  const program = await buildAgent(folder);
  const scenarios = SCENARIOS.filter(({ name }) => values.scenario === undefined || name === values.scenario);
  const rows: Record<string, Tally> = {};
  for (const scenario of scenarios) rows[scenario.name] = await playScenario(scenario, program, Number(values.points) / scenarios.length);
  if (values.scenario === RANDOM_KILLS || (values.scenario === undefined && Number(values.rounds) > 0))
    rows[RANDOM_KILLS] = await playRandomKills(program);
  console.table(rows);
  const tallies = Object.values(rows);
  const sum = (pick: (tally: Tally) => number): number => tallies.reduce((total, one) => total + pick(one), 0);
  console.log(`${sum(({ held }) => held)} points held, ${sum(({ broken }) => broken)} broken, seed ${values.seed}.`);
  process.exitCode = sum(({ broken }) => broken) === 0 && tallies.length > 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
