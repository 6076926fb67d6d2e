import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { startLoad } from "#main/demo/steady-load.ts";
import { prepareSample, type SampleName } from "#test/bench/swap/sample-programs.ts";
import { startSwapWorld } from "#test/bench/swap/swap-world.ts";

/** What a sample needs on this machine. */
const NEEDS: Readonly<Record<Exclude<SampleName, "stock">, string>> = { node: process.execPath, python: "python3", c: "cc" };

describe("the samples of the guide", () => {
  it.for(["node", "python", "c"] as const)("in %s change versions under load without a failed request", async (name, { skip }) => {
    if (spawnSync(NEEDS[name], ["--version"]).error !== undefined) return skip(`no ${NEEDS[name]} on this machine`);
    const { folder, program } = await prepareSample(name);
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const world = await startSwapWorld(program);
    onTestFinished(() => world.stop());
    const loads = [startLoad(world.port, "close", 3), startLoad(world.port, "keep-alive", 3)];
    await world.swap();
    await world.swap();
    for (const load of loads) {
      const tally = await load.stop();
      expect(tally.failures).toEqual([]);
      expect(tally.requests).toBeGreaterThan(10);
    }
  });
});
