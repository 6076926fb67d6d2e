import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { startLoad } from "#main/demo/steady-load.ts";
import { servicePids, versionAt } from "../agent-process.ts";
import { publishHeld, serveHeld, setUpHeld } from "./held-service.ts";

const PATIENCE = { timeout: 30_000 };

describe("a change of versions with held sockets", () => {
  it("lets the new one serve before the old one ends, and fails no request", async () => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent, { answersInMs: 30 });
    const loads = [startLoad(port, "close", 4), startLoad(port, "keep-alive", 4)];
    const second = publishHeld(stub, "2.0.0");
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    await expect.poll(() => servicePids(agent), PATIENCE).toHaveLength(1);
    for (const load of loads) {
      const tally = await load.stop();
      expect(tally.failures).toEqual([]);
      expect(tally.requests).toBeGreaterThan(10);
    }
    expect(await versionAt(port)).toBe("2.0.0");
    const output = await readFile(agent.application.outputLog, "utf8");
    expect(output).toContain("starting 2.0.0 with 1 http true\n");
    expect(output.indexOf("draining 1.0.0")).toBeGreaterThan(output.indexOf("starting 2.0.0"));
    expect(stub.problems).toEqual([]);
  });

  it.each([
    ["crashes before it is ready", { crash: 1 }, "exit"],
    ["never says that it is ready", { neverReady: true }, "start-deadline"],
  ] as const)("costs nothing when the new one %s: the old one never stopped", async (_name, traits, cause) => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent);
    const [pid] = await servicePids(agent);
    const loads = [startLoad(port, "close", 2), startLoad(port, "keep-alive", 2)];
    const second = publishHeld(stub, "2.0.0", traits, { startDeadlineMs: 2500 });
    stub.desire(second);
    await stub.untilPhase("reverted", second);
    await expect.poll(() => servicePids(agent), PATIENCE).toEqual([pid]);
    for (const load of loads) expect((await load.stop()).failures).toEqual([]);
    const failed = stub.reports.map(({ body }) => body).find((body) => body.kind === "phase" && body.phase === "reverting");
    expect(failed).toMatchObject({ failure: { cause, message: expect.stringContaining("What served before was not touched") as string } });
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("goes back without a gap when the new one falls ill in its probation", async () => {
    const { stub, agent, port } = await setUpHeld();
    await serveHeld(stub, agent);
    const loads = [startLoad(port, "close", 2), startLoad(port, "keep-alive", 2)];
    const second = publishHeld(stub, "2.0.0", { sickAfterProbes: 2 }, { probationMs: 5000 });
    stub.desire(second);
    await stub.untilPhase("reverted", second);
    await expect.poll(() => servicePids(agent), PATIENCE).toHaveLength(1);
    for (const load of loads) expect((await load.stop()).failures).toEqual([]);
    expect(await versionAt(port)).toBe("1.0.0");
  });
});
