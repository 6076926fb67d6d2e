import { describe, expect, it } from "vitest";
import { RolloutWorld } from "#test/builders/rollout-world.ts";

describe("a rollout over three groups", () => {
  it("passes from group to group, each after its bake, and completes", async () => {
    const world = await RolloutWorld.open({ groups: [1, 2, 3] });
    const release = await world.addRelease("1.1.0");
    const rollout = await world.startRollout(release);
    await world.settle();
    expect(await world.states(rollout)).toBe("running: baking pending pending");
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.1.0", "1.0.0", "1.0.0", "1.0.0", "1.0.0", "1.0.0"]);
    await world.pass(50_000);
    expect(await world.states(rollout)).toBe("running: baking pending pending");
    await world.pass(20_000);
    expect(await world.states(rollout)).toBe("running: passed baking pending");
    await world.pass(140_000);
    expect(await world.states(rollout)).toBe("completed: passed passed passed");
    expect(new Set(world.hosts.versions(world.allHosts))).toEqual(new Set(["1.1.0"]));
    expect(world.logger.lines).toEqual([]);
  });

  it("is told by the audit, by the history of each subscription and by live events", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(80_000);
    expect(await world.audited()).toEqual(["rollout.started", "wave.opened", "update.succeeded", "wave.passed", "rollout.completed"]);
    const history = await world.store.read.selectFrom("targetChanges").select(["cause", "outcome", "rolloutId"]).orderBy("id").execute();
    expect(history).toEqual([
      { cause: "initial", outcome: "completed", rolloutId: null },
      { cause: "rollout", outcome: "completed", rolloutId: rollout },
    ]);
    const topics = await world.store.read.selectFrom("liveEvents").select("topic").orderBy("sequence").execute();
    expect(topics.map((row) => row.topic).filter((topic) => topic !== "host.reported")).toEqual([
      "rollout.started",
      "wave.opened",
      "host.granted",
      "member.changed",
      "wave.bake-started",
      "wave.passed",
      "rollout.completed",
    ]);
    expect(topics.filter((row) => row.topic === "host.reported").length).toBeGreaterThan(0);
  });
});

describe("a wave of many hosts", () => {
  it("is judged in portions, and to its end", async () => {
    const world = await RolloutWorld.open({ groups: [600] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"), world.waves({ bakeMs: 0 }));
    await world.pass(20_000);
    expect(await world.states(rollout)).toBe("completed: passed");
    expect(new Set(world.hosts.versions(world.allHosts))).toEqual(new Set(["1.1.0"]));
    expect((await world.audited()).filter((action) => action === "update.succeeded")).toHaveLength(600);
    expect(world.logger.lines).toEqual([]);
  });
});
