import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { startLoad } from "#main/demo/steady-load.ts";
import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import type { StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { servicePids, versionAt, type AgentProcess } from "../agent-process.ts";
import { HELD_RUN, heldService, setUpHeld, type HeldTraits } from "./held-service.ts";

const PATIENCE = { timeout: 30_000 };

function publish(stub: ControlPlaneStub, version: string, traits: HeldTraits = {}, change = {}): StubRelease {
  return stub.publish({ version, bytes: heldService(version, traits), runSpec: { ...HELD_RUN, ...change } });
}

async function serveFirst(stub: ControlPlaneStub, agent: AgentProcess, traits: HeldTraits = {}): Promise<StubRelease> {
  const first = publish(stub, "1.0.0", traits);
  stub.desire(first);
  agent.run(stub.token());
  await stub.untilPhase("healthy", first);
  return first;
}

describe("a change of versions with held sockets", () => {
  it("lets the new one serve before the old one ends, and fails no request", async () => {
    const { stub, agent, port } = await setUpHeld();
    await serveFirst(stub, agent, { answersInMs: 30 });
    const loads = [startLoad(port, "close", 4), startLoad(port, "keep-alive", 4)];
    const second = publish(stub, "2.0.0");
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
    await serveFirst(stub, agent);
    const [pid] = await servicePids(agent);
    const loads = [startLoad(port, "close", 2), startLoad(port, "keep-alive", 2)];
    const second = publish(stub, "2.0.0", traits, { startDeadlineMs: 2500 });
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
    await serveFirst(stub, agent);
    const loads = [startLoad(port, "close", 2), startLoad(port, "keep-alive", 2)];
    const second = publish(stub, "2.0.0", { sickAfterProbes: 2 }, { probationMs: 5000 });
    stub.desire(second);
    await stub.untilPhase("reverted", second);
    await expect.poll(() => servicePids(agent), PATIENCE).toHaveLength(1);
    for (const load of loads) expect((await load.stop()).failures).toEqual([]);
    expect(await versionAt(port)).toBe("1.0.0");
  });
});
