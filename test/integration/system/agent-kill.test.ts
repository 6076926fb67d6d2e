import { describe, expect, it } from "vitest";
import { systemWorld, until, type SystemHost, type SystemWorld } from "#test/builders/system-world.ts";
import { servicePids, versionAt } from "../agent/agent-process.ts";

async function oneHost(): Promise<{ readonly world: SystemWorld; readonly host: SystemHost }> {
  const world = await systemWorld({ groups: { canary: 1 } });
  const [host] = world.hosts;
  if (host === undefined) throw new Error("there is no host");
  return { world, host };
}

describe("an agent that is killed in the middle of an update", () => {
  it("leaves the service running, takes it over when it is back, and completes", async () => {
    const { world, host } = await oneHost();
    const rolloutId = await world.startRollout(await world.publish("1.1.0", {}, { probationMs: 1500 }));
    await world.untilPhase(host, "probation", "1.1.0");
    await world.untilAnswer("1.1.0");
    await host.agent.end("SIGKILL");
    expect(await versionAt(host.port)).toBe("1.1.0");
    const running = await servicePids(host.agent);
    expect(running).toHaveLength(1);

    host.agent.run();
    await world.untilState(rolloutId, "completed");
    expect(await servicePids(host.agent)).toEqual(running);
    expect(await versionAt(host.port)).toBe("1.1.0");
  });

  it("completes together with a control plane that was killed as well, and never runs two versions", async () => {
    const { world, host } = await oneHost();
    const rolloutId = await world.startRollout(await world.publish("1.1.0", { ballastBytes: 30_000_000 }));
    await world.untilPhase(host, "downloading", "1.1.0");
    await Promise.all([host.agent.end("SIGKILL"), world.server.end()]);
    expect((await servicePids(host.agent)).length).toBeLessThanOrEqual(1);

    host.agent.run();
    await until("the service answers without a control plane", async () => (await versionAt(host.port)) !== undefined);
    expect(await servicePids(host.agent)).toHaveLength(1);
    await world.server.start();
    await world.untilState(rolloutId, "completed");
    await world.untilAnswer("1.1.0");
    expect(await servicePids(host.agent)).toHaveLength(1);
  });
});
