import { describe, expect, it } from "vitest";
import { startLoad } from "#main/demo/steady-load.ts";
import type { BundleFault } from "#test/faults/faulty-bundle.ts";
import { holderPids, servicePids, versionAt } from "../agent-process.ts";
import { InstalledAgent } from "../installed-agent.ts";
import { moveSockets, publishHeld } from "./held-service.ts";

const PATIENCE = { timeout: 60_000 };
const WHOLE = { timeout: 240_000 };

/** An installed agent that serves an application with a held socket, and clients of it that never rest. */
async function serveUnderLoad() {
  const host = await InstalledAgent.install("0.1.0");
  const { stub, agent, port } = host;
  await moveSockets(agent, port);
  const first = publishHeld(stub, "1.0.0");
  stub.desire(first);
  host.start();
  await stub.untilPhase("healthy", first);
  const [holders, services] = [await holderPids(agent), await servicePids(agent)];
  expect([holders.length, services.length]).toEqual([1, 1]);
  return { host, holders, services, loads: [startLoad(port, "close", 2, 10), startLoad(port, "keep-alive", 2, 10)] };
}

type World = Awaited<ReturnType<typeof serveUnderLoad>>;

/** The agent was replaced, or was not: nobody else was. */
async function expectUntouched({ host, holders, services }: World): Promise<void> {
  expect(await servicePids(host.agent)).toEqual(services);
  expect(await holderPids(host.agent)).toEqual(holders);
}

/** The next version of the application takes over through the holder that the first agent started; no request ever failed. */
async function expectGaplessSwap({ host, holders, loads }: World): Promise<void> {
  const { stub, agent, port } = host;
  const second = publishHeld(stub, "2.0.0");
  stub.desire(second, { beside: true });
  await stub.untilPhase("healthy", second);
  await expect.poll(() => servicePids(agent), PATIENCE).toHaveLength(1);
  expect(await versionAt(port)).toBe("2.0.0");
  expect(await holderPids(agent)).toEqual(holders);
  for (const load of loads) {
    const { failures, requests } = await load.stop();
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(10);
  }
  expect(stub.problems).toEqual([]);
}

describe("an application with held sockets whose agent replaces itself", () => {
  it("answers every request, and its next version takes over through the holder that was there before", WHOLE, async () => {
    const world = await serveUnderLoad();
    const { host } = world;
    const next = await host.publish("0.2.0");
    host.stub.desire(next, { beside: true });
    await host.stub.untilPhase("healthy", next);
    expect(await host.currentVersion()).toBe("0.2.0");
    await expectUntouched(world);
    await expectGaplessSwap(world);
  });

  it.each<BundleFault>(["throws at start", "never reaches its control plane"])(
    "answers every request when the new agent %s and the one before comes back",
    WHOLE,
    async (fault) => {
      const world = await serveUnderLoad();
      const { host } = world;
      const bad = await host.publish("0.2.0", fault);
      host.stub.desire(bad, { beside: true });
      await host.stub.untilPhase("reverted", bad);
      expect(await host.currentVersion()).toBe("0.1.0");
      await expectUntouched(world);
      await expectGaplessSwap(world);
    },
  );

  it.each(["staged", "switching", "probation"] as const)(
    "answers every request when the agent is killed while %s",
    WHOLE,
    async (phase) => {
      const world = await serveUnderLoad();
      const { host } = world;
      const next = await host.publish("0.2.0");
      host.stub.desire(next, { beside: true });
      await host.stub.untilPhase(phase, next);
      await host.agent.end("SIGKILL");
      await host.stub.untilPhase("healthy", next);
      expect(await host.currentVersion()).toBe("0.2.0");
      await expectUntouched(world);
      await expectGaplessSwap(world);
    },
  );
});
