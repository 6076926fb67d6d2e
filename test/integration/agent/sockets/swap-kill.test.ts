import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { startLoad } from "#main/demo/steady-load.ts";
import { servicePids, versionAt, type AgentProcess } from "../agent-process.ts";
import { publishHeld, serveHeld, setUpHeld, type HeldTraits } from "./held-service.ts";

const PATIENCE = { timeout: 30_000 };

type Moment = {
  readonly name: string;
  /** What is in the output once the moment has come. */
  readonly sign: string;
  readonly before?: HeldTraits;
  readonly after?: HeldTraits;
  readonly serves: "1.0.0" | "2.0.0";
};

const MOMENTS: readonly Moment[] = [
  { name: "the new version gets ready", sign: "starting 2.0.0", after: { readyInMs: 1500 }, serves: "2.0.0" },
  { name: "the old version ends its requests", sign: "draining 1.0.0", before: { answersInMs: 1200 }, serves: "2.0.0" },
  { name: "a bad version ends after its revert", sign: "draining 2.0.0", after: { sickAfterProbes: 2, answersInMs: 900 }, serves: "1.0.0" },
  { name: "a version crashes before it is ready", sign: "2.0.0 is broken", after: { crash: 1 }, serves: "1.0.0" },
];

async function untilSaid(agent: AgentProcess, sign: string): Promise<void> {
  await expect.poll(() => readFile(agent.application.outputLog, "utf8"), { ...PATIENCE, interval: 20 }).toContain(sign);
}

describe("an agent that is killed in a change of versions with held sockets", () => {
  it.each(MOMENTS)("while $name fails no request, and one version serves in the end", async ({ sign, before, after, serves }) => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent, before);
    const loads = [startLoad(port, "close", 2, 10), startLoad(port, "keep-alive", 2, 10)];
    const second = publishHeld(stub, "2.0.0", after, { probationMs: 2500 });
    stub.desire(second);
    await untilSaid(agent, sign);
    await agent.end("SIGKILL");
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    await stub.untilPhase(serves === "2.0.0" ? "healthy" : "reverted", second);
    await expect.poll(() => servicePids(agent), PATIENCE).toHaveLength(1);
    expect(await versionAt(port)).toBe(serves);
    for (const load of loads) expect((await load.stop()).failures).toEqual([]);
    expect(stub.problems).toEqual([]);
  });

  it("at random moments still converges to one version, without a failed request", { timeout: 120_000 }, async () => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent);
    const load = startLoad(port, "close", 2, 10);
    const second = publishHeld(stub, "2.0.0", { readyInMs: 400 });
    stub.desire(second);
    for (let round = 0; round < 6; round += 1) {
      // Not awaiting any event is the point: the kill falls wherever it falls.
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 900));
      await agent.end("SIGKILL");
      agent.run();
    }
    await stub.untilPhase("healthy", second);
    await expect.poll(() => servicePids(agent), PATIENCE).toHaveLength(1);
    expect((await load.stop()).failures).toEqual([]);
    expect(await versionAt(port)).toBe("2.0.0");
    expect(stub.problems).toEqual([]);
  });
});
