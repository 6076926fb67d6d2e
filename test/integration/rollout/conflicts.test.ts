import { describe, expect, it } from "vitest";
import { addChannel } from "#test/builders/catalogue-rows.ts";
import { ANA, RolloutWorld } from "#test/builders/rollout-world.ts";

describe("two rollouts asked for one subscription", () => {
  it("leave one running, whoever asks at the same moment", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    const [first, second] = [await world.addRelease("1.1.0"), await world.addRelease("1.2.0")];
    const asked = await Promise.allSettled([world.startRollout(first), world.startRollout(second)]);
    expect(asked.map((one) => one.status)).toEqual(["fulfilled", "rejected"]);
    expect(asked[1]).toMatchObject({ reason: { code: "CONFLICT_ROLLOUT_ACTIVE", details: { active: 1 } } });
    expect(await world.rollouts.list("all", { active: true, limit: 10 })).toHaveLength(1);
  });

  it("let the second take the place of the first when its caller knows", async () => {
    const world = await RolloutWorld.open({ groups: [1, 1] });
    const first = await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(20_000);
    const second = await world.startRollout(await world.addRelease("1.2.0"), world.waves(), true);
    expect(await world.states(first)).toBe("superseded: baking skipped");
    await world.settle();
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.2.0", "1.0.0"]);
    await world.pass(150_000);
    expect(await world.states(second)).toBe("completed: passed passed");
  });
});

describe("a plan that cannot be started", () => {
  it("says why, and changes nothing", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    const newer = await world.addRelease("1.1.0");
    const older = await world.addRelease("0.9.0");
    await expect(world.startRollout(older)).rejects.toMatchObject({
      code: "POLICY_REFUSED",
      message: expect.stringContaining("older than 1.0.0"),
    });
    await world.store.write((unit) => unit.db.updateTable("releases").set({ state: "draft" }).where("id", "=", newer).execute());
    await expect(world.startRollout(newer)).rejects.toMatchObject({ code: "POLICY_REFUSED" });
    await world.store.write((unit) => unit.db.deleteFrom("subscriptions").execute());
    await world.store.write((unit) => unit.db.updateTable("releases").set({ state: "published" }).where("id", "=", newer).execute());
    await expect(world.startRollout(newer)).rejects.toMatchObject({
      code: "POLICY_REFUSED",
      message: expect.stringContaining("None of these groups"),
    });
    expect(await world.rollouts.list("all", { limit: 10 })).toEqual([]);
  });
});

describe("the step to the next wave", () => {
  it("waits for an approval, and only where one is asked for", async () => {
    const world = await RolloutWorld.open({ groups: [1, 1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"), world.waves({ approval: true, bakeMs: 20_000 }));
    await world.pass(600_000);
    expect(await world.states(rollout)).toBe("running: baking pending");
    const detail = await world.rollouts.detail("all", rollout);
    expect(detail.actions.approve.allowed).toBe(true);
    expect(await world.rollouts.control.approve(ANA, detail.waves[0]!.id, "looks well")).toBe(rollout);
    await world.pass(60_000);
    expect(await world.states(rollout)).toBe("completed: passed passed");
    await expect(world.rollouts.control.approve(ANA, detail.waves[0]!.id, "")).rejects.toMatchObject({ code: "CONFLICT_STATE" });
  });

  it("is not taken in the morning before the hosts report again", async () => {
    const world = await RolloutWorld.open({ groups: [1, 1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"), world.waves({ approval: true, bakeMs: 20_000 }));
    await world.pass(60_000);
    await world.restart(8 * 3_600_000);
    const wave = (await world.rollouts.detail("all", rollout)).waves[0]!;
    await world.rollouts.control.approve(ANA, wave.id, "");
    expect(await world.states(rollout)).toBe("running: baking pending");
    for (const hostId of world.allHosts) await world.hosts.connect(hostId);
    await world.settle();
    expect(await world.states(rollout)).toMatch(/^running: passed (open|baking)$/);
  });
});

describe("aborting", () => {
  it("brings the release to nobody any more and takes it from nobody", async () => {
    const world = await RolloutWorld.open({ groups: [1, 2] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(20_000);
    await world.rollouts.control.abort(ANA, rollout, "wrong day");
    await world.pass(120_000);
    expect(await world.states(rollout)).toBe("aborted: baking skipped");
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.1.0", "1.0.0", "1.0.0"]);
    const next = await world.startRollout(await world.addRelease("1.2.0"));
    await world.pass(240_000);
    expect(await world.states(next)).toBe("completed: passed passed");
  });
});

describe("moving a channel", () => {
  it("starts one rollout over the groups that follow it, in their order", async () => {
    const world = await RolloutWorld.open({ groups: [1, 1, 1] });
    const release = await world.addRelease("1.1.0");
    const channel = await addChannel(world.store, world.applicationId, "stable");
    await world.store.write((unit) =>
      unit.db
        .updateTable("subscriptions")
        .set({ channelId: channel, following: 1 })
        .where("id", "!=", world.group(2).subscriptionId)
        .execute(),
    );
    const started = await world.store.write((unit) =>
      world.rollouts.starter.startForChannel(unit, { channelId: channel, releaseId: release, principal: ANA, reason: "" }),
    );
    expect(started).toHaveLength(1);
    await world.pass(240_000);
    expect(await world.states(started[0]!)).toBe("completed: passed passed");
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.1.0", "1.1.0", "1.0.0"]);
    const again = await world.store.write((unit) =>
      world.rollouts.starter.startForChannel(unit, { channelId: channel, releaseId: release, principal: ANA, reason: "" }),
    );
    expect(again).toEqual([]);
  });
});
