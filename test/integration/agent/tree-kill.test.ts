import { rm } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom, seedOfRun } from "#test/builders/seeded-random.ts";
import { VICTIMS } from "#test/faults/fault.ts";
import { ScenarioHost } from "#test/faults/host.ts";
import { buildInjectedProgram } from "#test/faults/injected-program.ts";
import { makeQuickFolder } from "#test/faults/quick-folder.ts";
import { recordOperations, runPoint } from "#test/faults/run-point.ts";
import { SCENARIOS } from "#test/faults/scenarios.ts";

/** Moments in which each of them is killed. */
const MOMENTS = 4;

/**
 * A real agent whose process that applies a delta between trees has come to one of its operations: the kept version is
 * whole after the kill, the next start comes to the new one, and nothing stays of what was being made.
 */
describe("SIGKILL while a tree is being made", () => {
  let program = "";
  beforeAll(async () => {
    const folder = await makeQuickFolder();
    program = await buildInjectedProgram(folder);
    return () => rm(folder, { recursive: true, force: true });
  });

  it.each(VICTIMS)("leaves the kept version whole and is made up for (%s)", { timeout: 300_000 }, async (victim) => {
    const scenario = SCENARIOS.find(({ name }) => name === "tree-apply");
    if (scenario === undefined) throw new Error("There is no such scenario.");
    const host = await ScenarioHost.prepare(scenario, program);
    try {
      const operations = await recordOperations(host);
      expect(operations.length).toBeGreaterThan(50);
      const [seed, part] = [seedOfRun(), operations.length / MOMENTS];
      const random = seededRandom(seed);
      for (let moment = 0; moment < MOMENTS; moment += 1) {
        const at = 1 + Math.floor((moment + random()) * part);
        // The next run may have a few operations less, and a kill that finds none says nothing.
        const result = await runPoint(host, { at: Math.min(at, operations.length - 3), kind: "kill", seed, victim });
        expect(result, `seed ${seed}`).toMatchObject({ is: "held" });
      }
    } finally {
      await host.close();
    }
  });
});
