import { describe, expect, it } from "vitest";
import { ANA, RolloutWorld } from "#test/builders/rollout-world.ts";

const liveGrants = async (world: RolloutWorld): Promise<number> =>
  (await world.store.read.selectFrom("grants").select("id").where("state", "=", "active").execute()).length;

describe("pausing a rollout", () => {
  it("lets no grant and no switch begin after it has answered", async () => {
    const world = await RolloutWorld.open({ groups: [4, 2] });
    world.hosts.mayWork = (host) => host.phase !== "staged";
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.hosts.work();
    expect(await liveGrants(world)).toBe(4);
    await world.rollouts.control.pause(ANA, rollout, "lunch");
    world.hosts.mayWork = () => true;
    await world.pass(900_000);
    expect(await liveGrants(world)).toBe(0);
    expect(new Set(world.hosts.versions(world.allHosts))).toEqual(new Set(["1.0.0"]));
    expect(await world.states(rollout)).toBe("paused: open pending");
    expect((await world.rollouts.detail("all", rollout)).rollout.stateReason).toBe("paused by ana: lunch");
  });

  it("waits for the hosts' acknowledgements and lets switches that had begun run to their end", async () => {
    const world = await RolloutWorld.open({ groups: [2] });
    world.hosts.mayWork = (host) => host.phase !== "switching" && host.hostId === world.group(0).hostIds[0];
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.settle();
    const [first, second] = world.group(0).hostIds;
    expect(world.hosts.get(first!).phase).toBe("switching");
    await world.rollouts.control.pause(ANA, rollout, "");
    expect(await liveGrants(world)).toBe(1);
    world.hosts.mayWork = () => true;
    await world.settle();
    expect(world.hosts.versions([first!, second!])).toEqual(["1.1.0", "1.0.0"]);
    expect(await liveGrants(world)).toBe(0);
    expect(await world.members(rollout, 0)).toEqual(["host-0 succeeded", "host-1 waiting"]);
  });

  it("tells new documents only when the halts are answered, which somebody waits for", async () => {
    const world = await RolloutWorld.open({ groups: [2] });
    world.hosts.mayWork = (host) => host.phase !== "switching";
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.settle();
    const [halt, notify] = [world.hosts.halt.bind(world.hosts), world.hosts.notify.bind(world.hosts)];
    const seen: string[] = [];
    world.hosts.halt = async (orders) => {
      seen.push(`halt ${orders.length}`);
      world.clock.advance(1_000);
      await world.store.write(() => Promise.resolve());
      seen.push("answered");
      return halt(orders);
    };
    world.hosts.notify = (hostIds) => {
      seen.push(`tell ${hostIds.length}`);
      notify(hostIds);
    };
    await world.rollouts.control.pause(ANA, rollout, "");
    expect(seen.slice(0, 3)).toEqual(["halt 2", "answered", "tell 2"]);
  });

  it("cuts off a host that does not acknowledge, and keeps its slot until the lease ends", async () => {
    const world = await RolloutWorld.open({ groups: [2], policy: { updateTimeoutMs: 120_000 } });
    const [deaf, other] = world.group(0).hostIds;
    world.hosts.mayWork = (host) => host.phase !== "switching" && host.hostId === deaf;
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.settle();
    world.hosts.deaf.add(deaf!);
    await world.rollouts.control.pause(ANA, rollout, "");
    expect(world.hosts.get(deaf!).isConnected).toBe(false);
    expect(await liveGrants(world)).toBe(1);
    await world.pass(130_000);
    expect(await liveGrants(world)).toBe(0);
    expect(world.hosts.versions([deaf!, other!])).toEqual(["1.0.0", "1.0.0"]);
  });

  it("gives no go to a host that staged before and says so after", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.hosts.disconnect(world.group(0).hostIds[0]!);
    await world.hosts.connect(world.group(0).hostIds[0]!);
    await world.hosts.work();
    const host = world.hosts.get(world.group(0).hostIds[0]!);
    expect(host.phase).toBe("staged");
    host.isConnected = false;
    await world.rollouts.control.pause(ANA, rollout, "");
    await world.hosts.connect(host.hostId);
    await world.pass(60_000);
    expect(host.history).toEqual(["1.0.0"]);
  });

  it("counts nothing against hosts that wait meanwhile, and goes on when it is resumed", async () => {
    const world = await RolloutWorld.open({ groups: [2, 1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.rollouts.control.pause(ANA, rollout, "");
    for (const hostId of world.group(0).hostIds) await world.hosts.disconnect(hostId);
    await world.pass(900_000);
    await world.rollouts.control.resume(ANA, rollout, "");
    expect(await world.states(rollout)).toBe("running: open pending");
    for (const hostId of world.group(0).hostIds) await world.hosts.connect(hostId);
    await world.pass(150_000);
    expect(await world.states(rollout)).toBe("completed: passed passed");
  });

  it("says why it cannot be done twice", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.rollouts.control.pause(ANA, rollout, "");
    await expect(world.rollouts.control.pause(ANA, rollout, "")).rejects.toMatchObject({
      code: "CONFLICT_STATE",
      message: expect.stringContaining("it is paused already"),
    });
    await expect(world.rollouts.control.continue(ANA, rollout, "because")).rejects.toMatchObject({ code: "CONFLICT_STATE" });
  });

  it("is out of reach for people of other fleets", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await expect(world.rollouts.control.pause({ ...ANA, fleets: [] }, rollout, "")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await world.rollouts.list([], { limit: 10 })).toEqual([]);
  });
});

describe("pausing a subscription", () => {
  it("stops its hosts and leaves those of other groups alone", async () => {
    const world = await RolloutWorld.open({ groups: [2] });
    const { subscriptionId } = world.group(0);
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.rollouts.fleetSeam.pause({ subscriptionId, actor: "user:ana", reason: "freeze" });
    await world.pass(900_000);
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.0.0", "1.0.0"]);
    expect(await world.states(rollout)).toBe("running: open");
    expect(await world.rollouts.fleetSeam.explain(world.allHosts[0]!)).toMatchObject([
      { decision: "hold", reason: "the subscription is paused" },
    ]);
    await world.rollouts.fleetSeam.resume({ subscriptionId, actor: "user:ana", reason: "" });
    await world.settle();
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.1.0", "1.1.0"]);
  });

  it("does not hold a rollback that is ordered later, and stops one that runs", async () => {
    const world = await RolloutWorld.open({ groups: [3], policy: { concurrency: 1 } });
    const { subscriptionId } = world.group(0);
    await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(120_000);
    await world.rollouts.fleetSeam.pause({ subscriptionId, actor: "user:ana", reason: "" });
    world.hosts.mayWork = (host) => host.hostId === world.group(0).hostIds[0];
    const rollback = await world.rollouts.starter.rollback(ANA, { subscriptionIds: [subscriptionId], reason: "" });
    await world.settle();
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.0.0", "1.1.0", "1.1.0"]);
    await world.rollouts.fleetSeam.pause({ subscriptionId, actor: "user:ana", reason: "wait" });
    world.hosts.mayWork = () => true;
    await world.pass(60_000);
    expect(await world.states(rollback)).toBe("paused: open");
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.0.0", "1.1.0", "1.1.0"]);
    await world.rollouts.control.resume(ANA, rollback, "");
    await world.pass(60_000);
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
  });
});
