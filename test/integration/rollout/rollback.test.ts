import { describe, expect, it } from "vitest";
import { ANA, RolloutWorld } from "#test/builders/rollout-world.ts";

const subscriptions = (world: RolloutWorld) => world.groups.map((group) => group.subscriptionId);
const rollBack = (world: RolloutWorld, change: object = {}) =>
  world.rollouts.starter.rollback(ANA, { subscriptionIds: subscriptions(world), reason: "bad", ...change });

describe("rolling back", () => {
  it("supersedes the running rollout in the same transaction and brings every host back", async () => {
    const world = await RolloutWorld.open({ groups: [1, 2] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(80_000);
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.1.0", "1.1.0", "1.1.0"]);
    const rollback = await rollBack(world);
    expect(await world.states(rollout)).toBe("superseded: passed baking");
    expect((await world.rollouts.detail("all", rollout)).rollout.supersededBy).toBe(rollback);
    await world.settle();
    expect(await world.states(rollback)).toBe("completed: passed passed");
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
    const outcomes = await world.store.read
      .selectFrom("targetChanges")
      .select(["cause", "outcome"])
      .where("subscriptionId", "=", world.group(0).subscriptionId)
      .orderBy("id")
      .execute();
    expect(outcomes).toEqual([
      { cause: "initial", outcome: "completed" },
      { cause: "rollout", outcome: "superseded" },
      { cause: "rollback", outcome: "completed" },
    ]);
  });

  it("stops hosts that are on their way to the bad release", async () => {
    const world = await RolloutWorld.open({ groups: [3] });
    world.hosts.mayWork = (host) => host.phase !== "staged";
    await world.startRollout(await world.addRelease("1.1.0"));
    await world.hosts.work();
    await rollBack(world);
    world.hosts.mayWork = () => true;
    await world.pass(60_000);
    expect(world.allHosts.flatMap((hostId) => world.hosts.get(hostId).history)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
  });

  it("waits for no window, no rate cap and no canary", async () => {
    const world = await RolloutWorld.open({ groups: [4], policy: { rate: { count: 4, intervalMs: 3_600_000 }, canaryFirst: true } });
    await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(60_000);
    expect(new Set(world.hosts.versions(world.allHosts))).toEqual(new Set(["1.1.0"]));
    const rollback = await rollBack(world);
    await world.settle();
    expect(await world.states(rollback)).toBe("completed: passed");
  });

  it("is allowed from every state of a rollout", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    const bad = await world.addRelease("1.1.0", "crashes");
    const tripped = await world.startRollout(bad);
    await world.settle();
    expect(await world.states(tripped)).toBe("tripped: tripped");
    await rollBack(world);
    expect(await world.states(tripped)).toBe("superseded: tripped");
    await world.settle();
    const paused = await world.startRollout(await world.addRelease("1.2.0"));
    await world.rollouts.control.pause(ANA, paused, "");
    await rollBack(world);
    expect(await world.states(paused)).toBe("superseded: open");
  });

  it("brings hosts back later that were away", async () => {
    const world = await RolloutWorld.open({ groups: [2] });
    await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(80_000);
    await world.hosts.disconnect(world.allHosts[1]!);
    const rollback = await rollBack(world);
    await world.pass(700_000);
    expect(await world.states(rollback)).toBe("completed: passed");
    expect(await world.members(rollback, 0)).toEqual(["host-0 succeeded", "host-1 failed: silent for 10 m"]);
    await world.hosts.connect(world.allHosts[1]!);
    await world.settle();
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.0.0", "1.0.0"]);
  });

  it("leaves the channel until somebody attaches it again", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    await world.store.write((unit) => unit.db.updateTable("subscriptions").set({ following: 1 }).execute());
    await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(80_000);
    await rollBack(world);
    expect(await world.store.read.selectFrom("subscriptions").select("following").execute()).toEqual([{ following: 0 }]);
  });

  it("says beforehand what it will do and what it will not undo", async () => {
    const world = await RolloutWorld.open({ groups: [3] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(30_000);
    await world.hosts.disconnect(world.allHosts[0]!);
    Object.assign(world.hosts.get(world.allHosts[1]!), { slots: [] });
    await world.hosts.reportAll();
    const preview = await world.rollouts.starter.previewRollback("all", { subscriptionIds: subscriptions(world) });
    expect(preview.subscriptions).toMatchObject([{ fromVersion: "1.1.0", toVersion: "1.0.0", hosts: 3, hostsWithSlot: 2 }]);
    expect(preview.supersedes).toEqual([rollout]);
    expect(preview.notUndone).toEqual([
      "Data that the newer version changed or migrated stays as it left it.",
      "1 host is not connected and will go back on coming back.",
      "1 host keeps no copy of the older version and will download 1.0 kB.",
    ]);
  });

  it("goes to the release that is named, if it may be offered", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    const [one, two, three] = [await world.addRelease("1.1.0"), await world.addRelease("1.2.0"), await world.addRelease("1.3.0")];
    for (const release of [one, two, three]) {
      await world.startRollout(release);
      await world.pass(80_000);
    }
    await rollBack(world, { toReleaseId: one });
    await world.settle();
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.1.0"]);
    await world.store.write((unit) => unit.db.updateTable("releases").set({ blockedAt: 1 }).where("id", "=", two).execute());
    await expect(rollBack(world, { toReleaseId: two })).rejects.toMatchObject({ code: "POLICY_QUARANTINED" });
  });

  it("refuses when the history holds nothing to go back to", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    await expect(rollBack(world)).rejects.toMatchObject({ code: "POLICY_NO_ROLLBACK_TARGET" });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    expect((await world.rollouts.detail("all", rollout)).actions.rollback).toEqual({ allowed: true, reason: "" });
  });
});
