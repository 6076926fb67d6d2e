import { rm } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { seedOfRun } from "#test/builders/seeded-random.ts";
import { buildInjectedProgram } from "#test/faults/injected-program.ts";
import { samplePoints } from "#test/faults/choose-points.ts";
import { ScenarioHost } from "#test/faults/host.ts";
import { playKills } from "#test/faults/play-kills.ts";
import { makeQuickFolder } from "#test/faults/quick-folder.ts";
import { recordOperations, runPoint, type Point, type PointResult } from "#test/faults/run-point.ts";
import { SCENARIOS } from "#test/faults/scenarios.ts";

const SAMPLE = 6;
const ROUNDS = 4;

/** Every operation is cut by `npm run test:faults`; here are a few of each way, others with each run. */
describe("an agent that is cut anywhere", () => {
  let program = "";
  beforeAll(async () => {
    const folder = await makeQuickFolder();
    program = await buildInjectedProgram(folder);
    return () => rm(folder, { recursive: true, force: true });
  });

  it.each(SCENARIOS)("comes through: $name", { timeout: 300_000 }, async (scenario) => {
    const host = await ScenarioHost.prepare(scenario, program);
    try {
      const broken: { readonly point: Point; readonly result: PointResult }[] = [];
      for (const point of samplePoints(await recordOperations(host), seedOfRun(), SAMPLE)) {
        const result = await runPoint(host, point);
        if (result.is === "broken") broken.push({ point, result });
      }
      expect(broken).toEqual([]);
    } finally {
      await host.close();
    }
  });

  it("comes through kills of itself, its application and both at random moments", { timeout: 300_000 }, async () => {
    expect(await playKills({ program, rounds: ROUNDS, seed: seedOfRun(), jobs: 1 })).toEqual([]);
  });
});
