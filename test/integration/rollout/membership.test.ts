import { describe, expect, it } from "vitest";
import { ANA, RolloutWorld } from "#test/builders/rollout-world.ts";
import type { HostId } from "#shared/lib/ids.ts";

async function move(world: RolloutWorld, hostId: HostId, groupId: string): Promise<void> {
  await world.store.write((unit) => unit.db.updateTable("hosts").set({ groupId }).where("id", "=", hostId).execute());
  world.rollouts.fleetSeam.hostsChanged([hostId]);
}

describe("members of a rollout", () => {
  it("keep a late joiner out of the count and serve it all the same", async () => {
    const world = await RolloutWorld.open({ groups: [1, 1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.settle();
    const late = await world.addHost(world.group(0));
    const lateElsewhere = await world.addHost(world.group(1));
    world.hosts.notify([late, lateElsewhere]);
    await world.settle();
    expect(world.hosts.versions([late, lateElsewhere])).toEqual(["1.1.0", "1.0.0"]);
    expect(await world.members(rollout, 0)).toEqual(["host-0 succeeded"]);
  });

  it("offer a new host the previous target until its wave opens", async () => {
    const world = await RolloutWorld.open({ groups: [1, 0] });
    await world.startRollout(await world.addRelease("1.1.0"), world.waves({ bakeMs: 600_000 }));
    await world.settle();
    const fresh = await world.addHost(world.group(1), "linux/amd64", undefined);
    await world.hosts.disconnect(fresh);
    await world.hosts.connect(fresh);
    await world.settle();
    expect(world.hosts.versions([fresh])).toEqual(["1.0.0"]);
  });

  it("let a host that moves away out of the wave, so that the wave ends", async () => {
    const world = await RolloutWorld.open({ groups: [2, 1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    world.hosts.mayWork = (host) => host.hostId !== world.group(0).hostIds[1];
    await world.settle();
    expect(await world.states(rollout)).toBe("running: open pending");
    await move(world, world.group(0).hostIds[1]!, world.group(1).groupId);
    world.hosts.mayWork = () => true;
    await world.pass(20_000);
    expect(await world.members(rollout, 0)).toEqual(["host-0 succeeded", "host-1 excluded: moved to group-1"]);
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.1.0", "1.0.0", "1.0.0"]);
    await world.pass(150_000);
    expect(await world.states(rollout)).toBe("completed: passed passed");
    expect(new Set(world.hosts.versions(world.allHosts))).toEqual(new Set(["1.1.0"]));
  });

  it("take nothing from a host that moves to a group whose wave has not come", async () => {
    const world = await RolloutWorld.open({ groups: [1, 1] });
    await world.startRollout(await world.addRelease("1.1.0"), world.waves({ bakeMs: 600_000 }));
    await world.settle();
    await move(world, world.group(0).hostIds[0]!, world.group(1).groupId);
    await world.pass(60_000);
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.1.0", "1.0.0"]);
  });

  it("name hosts without an artifact for their platform, and end without them", async () => {
    const world = await RolloutWorld.open({ groups: [2], platforms: ["linux/amd64", "linux/arm64"] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(80_000);
    expect(await world.states(rollout)).toBe("completed: passed");
    expect(await world.members(rollout, 0)).toEqual(["host-0 succeeded", "host-1 excluded: no artifact for linux/arm64"]);
    expect(await world.rollouts.fleetSeam.explain(world.allHosts[1]!)).toMatchObject([
      { decision: "hold", reason: "1.1.0 has no artifact for this platform" },
    ]);
  });

  it("fail by silence past the deadline, so that a wave always ends", async () => {
    const world = await RolloutWorld.open({ groups: [2, 1] });
    await world.hosts.disconnect(world.group(0).hostIds[1]!);
    const rollout = await world.startRollout(await world.addRelease("1.1.0"), world.waves({ failureBudget: 1, successPercent: 50 }));
    await world.pass(500_000);
    expect(await world.states(rollout)).toBe("running: open pending");
    await world.pass(120_000);
    expect(await world.members(rollout, 0)).toEqual(["host-0 succeeded", "host-1 failed: silent for 10 m"]);
    await world.pass(150_000);
    expect(await world.states(rollout)).toBe("completed: passed passed");
  });

  it("leave pinned hosts where they are", async () => {
    const world = await RolloutWorld.open({ groups: [2] });
    const pinned = world.allHosts[0]!;
    await world.store.write((unit) =>
      unit.db
        .updateTable("hosts")
        .set({ pinnedReleaseId: world.releases.get("1.0.0")!.releaseId })
        .where("id", "=", pinned)
        .execute(),
    );
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(80_000);
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.0.0", "1.1.0"]);
    expect(await world.members(rollout, 0)).toEqual(["host-0 excluded: pinned to 1.0.0", "host-1 succeeded"]);
  });

  it("are the hosts that the preview named, salt for salt", async () => {
    const world = await RolloutWorld.open({ groups: [20] });
    const release = await world.addRelease("1.1.0");
    const waves = world.waves({ bakeMs: 0 }, [
      [0, { kind: "percent", percent: 10 }],
      [0, { kind: "percent", percent: 50 }],
    ]);
    const plan = { fleetId: world.fleetId, releaseIds: [release], waves };
    const preview = await world.rollouts.starter.preview(plan);
    expect(preview.waves.map((wave) => wave.hosts)).toEqual([2, 8]);
    expect(preview.warnings).toEqual(["The waves do not cover all of group-0; its other hosts stay as they are."]);
    expect(await world.rollouts.starter.preview({ ...plan, salt: preview.salt })).toEqual(preview);
    const rollout = await world.rollouts.starter.start(ANA, { ...plan, salt: preview.salt, reason: "", supersede: false });
    const planned = (await world.rollouts.detail("all", rollout)).waves[1]?.plannedMembers;
    expect(planned).toBe(8);
    await world.settle();
    expect(await world.states(rollout)).toBe("completed: passed passed");
    expect(world.hosts.versions(world.allHosts).filter((version) => version === "1.1.0")).toHaveLength(10);
    await world.pass(60_000);
    expect(world.hosts.versions(world.allHosts).filter((version) => version === "1.1.0")).toHaveLength(10);
  });
});
