import { describe, expect, it } from "vitest";
import { ANA, RolloutWorld } from "#test/builders/rollout-world.ts";

describe("a bad release", () => {
  it("trips at the first wave, reverts there and touches no other host", async () => {
    const world = await RolloutWorld.open({ groups: [1, 3] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0", "crashes"));
    await world.settle();
    expect(await world.states(rollout)).toBe("tripped: tripped pending");
    expect(await world.members(rollout, 0)).toEqual(["host-0 failed: it exited with code 1"]);
    await world.pass(900_000);
    expect(new Set(world.hosts.versions(world.allHosts))).toEqual(new Set(["1.0.0"]));
    expect(world.group(1).hostIds.flatMap((hostId) => world.hosts.get(hostId).history)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
  });

  it("shows its cause with the last lines of one host", async () => {
    const world = await RolloutWorld.open({ groups: [2] });
    const rollout = await world.startRollout(
      await world.addRelease("1.1.0", "crashes"),
      world.waves({ failureBudget: 5, successPercent: 0 }),
    );
    await world.settle();
    const { failures } = await world.rollouts.detail("all", rollout);
    expect(failures).toMatchObject([{ cause: "exit", count: 2, example: { message: "it exited with code 1", logTail: "boom" } }]);
  });

  it("stops hosts of its wave that have not begun, as soon as it trips", async () => {
    const world = await RolloutWorld.open({ groups: [3], policy: { concurrency: 1 } });
    const rollout = await world.startRollout(await world.addRelease("1.1.0", "crashes"));
    await world.pass(60_000);
    expect(await world.states(rollout)).toBe("tripped: tripped");
    expect(world.allHosts.filter((hostId) => world.hosts.get(hostId).history.includes("1.1.0"))).toHaveLength(1);
  });

  it("trips by silence after the update, and within the update timeout", async () => {
    const world = await RolloutWorld.open({ groups: [1, 1], policy: { updateTimeoutMs: 120_000 } });
    const rollout = await world.startRollout(await world.addRelease("1.1.0", "silences"));
    await world.pass(110_000);
    expect(await world.states(rollout)).toBe("running: open pending");
    await world.pass(20_000);
    expect(await world.states(rollout)).toBe("tripped: tripped pending");
    expect(await world.members(rollout, 0)).toEqual(["host-0 failed: did not finish within 2 m"]);
  });

  it("trips while it bakes when a host that had succeeded comes down again", async () => {
    const world = await RolloutWorld.open({ groups: [2, 1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(20_000);
    expect(await world.states(rollout)).toBe("running: baking pending");
    const host = world.hosts.get(world.group(0).hostIds[1]!);
    host.healthy = false;
    host.failure = { cause: "probe", message: "the probe answers 503" };
    await world.hosts.report(host);
    await world.settle();
    expect(await world.states(rollout)).toBe("running: baking pending");
    await world.pass(5_000);
    expect(await world.states(rollout)).toBe("tripped: tripped pending");
    expect(await world.members(rollout, 0)).toEqual(["host-0 succeeded", "host-1 failed: unwell after the update: the probe answers 503"]);
  });

  it("goes on when a person accepts the failures with a reason, and serves the rest of the wave", async () => {
    const world = await RolloutWorld.open({ groups: [2, 1], policy: { concurrency: 1 } });
    const release = await world.addRelease("1.1.0", "crashes");
    const rollout = await world.startRollout(release);
    await world.settle();
    world.behaviours.set("1.1.0", "well");
    await world.rollouts.control.continue(ANA, rollout, "that machine has a bad disk");
    await world.settle();
    expect((await world.members(rollout, 0)).toSorted().map((line) => line.split(" ").slice(1).join(" "))).toEqual(
      expect.arrayContaining(["excluded: failure accepted: it exited with code 1", "succeeded"]),
    );
    await world.pass(150_000);
    expect(await world.states(rollout)).toBe("completed: passed passed");
    expect(await world.audited()).toContain("rollout.continued");
  });

  it("trips when an operator blocks the release while hosts stage it", async () => {
    const world = await RolloutWorld.open({ groups: [2, 1] });
    const release = await world.addRelease("1.1.0");
    world.hosts.mayWork = (host) => host.phase !== "switching";
    const rollout = await world.startRollout(release);
    await world.store.write(async (unit) => {
      await unit.db
        .updateTable("releases")
        .set({ blockedAt: unit.now, blockedBy: "user:ana", blockedReason: "leaks" })
        .where("id", "=", release)
        .execute();
      unit.emit({ topic: "release.blocked", ids: { releaseId: release } });
    });
    await world.settle();
    expect(await world.states(rollout)).toBe("tripped: tripped pending");
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
    expect((await world.rollouts.detail("all", rollout)).rollout.stateReason).toBe("1.1.0 was blocked");
  });
});
