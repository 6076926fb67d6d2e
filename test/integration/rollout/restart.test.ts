import { describe, expect, it } from "vitest";
import { ANA, RolloutWorld } from "#test/builders/rollout-world.ts";

const HOUR_MS = 3_600_000;

describe("a control plane that is killed in the middle of a rollout", () => {
  it("loses nothing it acknowledged and goes on when it is started again", async () => {
    const world = await RolloutWorld.open({ groups: [2, 2] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.hosts.work();
    await world.hosts.work();
    const before = await world.rollouts.detail("all", rollout);
    await world.restart(30_000);
    expect((await world.rollouts.detail("all", rollout)).waves.map((wave) => wave.members.map((member) => member.hostId))).toEqual(
      before.waves.map((wave) => wave.members.map((member) => member.hostId)),
    );
    for (const hostId of world.allHosts) await world.hosts.connect(hostId);
    await world.pass(240_000);
    expect(await world.states(rollout)).toBe("completed: passed passed");
    expect(new Set(world.hosts.versions(world.allHosts))).toEqual(new Set(["1.1.0"]));
  });

  it("opens no wave on the hour for which it stood still in the middle of a bake", async () => {
    const world = await RolloutWorld.open({ groups: [1, 1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"), world.waves({ bakeMs: 600_000 }));
    await world.pass(120_000);
    expect(await world.states(rollout)).toBe("running: baking pending");
    const baked = (await world.rollouts.detail("all", rollout)).waves[0]?.bakedMs ?? 0;
    await world.restart(HOUR_MS);
    await world.settle();
    for (const hostId of world.allHosts) await world.hosts.connect(hostId);
    await world.settle();
    expect(await world.states(rollout)).toBe("running: baking pending");
    const detail = await world.rollouts.detail("all", rollout);
    expect(detail.waves[0]?.bakedMs).toBeLessThanOrEqual(baked + 1_000);
    await world.pass(400_000);
    expect(await world.states(rollout)).toBe("running: baking pending");
    await world.pass(120_000);
    expect(await world.states(rollout)).toBe("running: passed baking");
  });

  it("opens no wave on eight hours of sleep either", async () => {
    const world = await RolloutWorld.open({ groups: [1, 1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"), world.waves({ bakeMs: 600_000 }));
    await world.pass(120_000);
    world.clock.sleep(8 * HOUR_MS);
    await world.hosts.reportAll();
    await world.settle();
    await world.pass(60_000);
    expect(await world.states(rollout)).toBe("running: baking pending");
  });

  it("does not take its own absence for the hosts' silence", async () => {
    const world = await RolloutWorld.open({ groups: [2, 1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.hosts.work();
    await world.restart(HOUR_MS);
    await world.pass(300_000);
    expect(await world.states(rollout)).toBe("running: open pending");
    for (const hostId of world.allHosts) await world.hosts.connect(hostId);
    await world.pass(150_000);
    expect(await world.states(rollout)).toBe("completed: passed passed");
  });

  it("keeps a paused rollout paused", async () => {
    const world = await RolloutWorld.open({ groups: [2] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.rollouts.control.pause(ANA, rollout, "");
    await world.restart(HOUR_MS);
    for (const hostId of world.allHosts) await world.hosts.connect(hostId);
    await world.pass(60_000);
    expect(await world.states(rollout)).toBe("paused: open");
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.0.0", "1.0.0"]);
  });

  it("knows a host by what it reports, also when it switched unseen", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    world.hosts.mayWork = (host) => host.phase !== "switching";
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.settle();
    const host = world.hosts.get(world.allHosts[0]!);
    expect(host.phase).toBe("switching");
    await world.restart(HOUR_MS);
    Object.assign(host, { current: host.candidate, candidate: undefined, grantId: undefined, phase: "healthy" });
    await world.hosts.connect(host.hostId);
    await world.settle();
    expect(await world.members(rollout, 0)).toEqual(["host-0 succeeded"]);
  });
});
