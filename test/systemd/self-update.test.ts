import { readlink } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { startLoad } from "#main/demo/steady-load.ts";
import type { BundleFault } from "#test/faults/faulty-bundle.ts";
import { publishAgent } from "#test/integration/agent/publish-agent.ts";
import { publishHeld } from "#test/integration/agent/sockets/held-service.ts";
import { AgentOnSystemd } from "./world/agent-on-systemd.ts";

/** An agent that serves an application with a held socket, and clients of it that never rest. */
async function serveUnderLoad(skip: (reason: string) => never) {
  const world = await AgentOnSystemd.install(skip, "[Service]\nTimeoutStartSec=8s\nTimeoutStopSec=30s\n");
  const first = publishHeld(world.stub, "1.0.0");
  world.stub.desire(first);
  await world.stub.untilPhase("healthy", first);
  return {
    world,
    services: await world.services(),
    loads: [startLoad(world.port, "close", 2, 10), startLoad(world.port, "keep-alive", 2, 10)],
  };
}

type Serving = Awaited<ReturnType<typeof serveUnderLoad>>;

async function expectUnnoticed({ world, services, loads }: Serving): Promise<void> {
  expect(services).toHaveLength(1);
  expect(await world.services()).toEqual(services);
  for (const load of loads) expect((await load.stop()).failures).toEqual([]);
  expect(world.stub.problems).toEqual([]);
}

describe("an agent that replaces itself under a real systemd", () => {
  it("is another process of the same service, whose applications answered every request", async ({ skip }) => {
    const serving = await serveUnderLoad(skip);
    const { world } = serving;
    const before = await world.pid();
    const next = await publishAgent(world.stub, "0.2.0");
    world.stub.desire(next, { beside: true });
    await world.stub.untilPhase("healthy", next);
    expect(await readlink(world.paths.current)).toContain("0.2.0-");
    await world.host.until("ActiveState", "active");
    expect(await world.pid()).not.toBe(before);
    expect(await world.host.property("NRestarts")).toBe("1");
    await world.host.until("StatusText", "Serving as edge-1.");
    await expectUnnoticed(serving);
  });

  it.for<BundleFault>(["hangs before it serves", "throws at start"])(
    "goes back when its successor %s, however often systemd has to end it",
    async (fault, { skip }) => {
      const serving = await serveUnderLoad(skip);
      const { world } = serving;
      const bad = await publishAgent(world.stub, "0.2.0", fault);
      world.stub.desire(bad, { beside: true });
      await world.stub.untilPhase("reverted", bad);
      expect(await readlink(world.paths.current)).toContain("0.1.0-");
      await world.host.until("ActiveState", "active");
      expect((await world.host.log()).includes("start operation timed out")).toBe(fault === "hangs before it serves");
      await expectUnnoticed(serving);
    },
  );
});
