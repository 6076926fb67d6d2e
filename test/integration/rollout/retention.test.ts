import { describe, expect, it } from "vitest";
import { ANA, RolloutWorld } from "#test/builders/rollout-world.ts";

const HOUR_MS = 3_600_000;

const idsOf = async (world: RolloutWorld): Promise<readonly string[]> =>
  (await world.store.read.selectFrom("rollouts").select("id").orderBy("createdAt").execute()).map(({ id }) => id);

describe("rollouts that ended long ago", () => {
  it("are forgotten with their waves, members and grants; version histories and the audit keep what they did", async () => {
    const world = await RolloutWorld.open({ groups: [3] });
    const superseded = await world.startRollout(await world.addRelease("1.1.0"), world.waves({ bakeMs: HOUR_MS }));
    await world.pass(60_000);
    const completed = await world.startRollout(await world.addRelease("1.2.0"), world.waves({ bakeMs: 0 }), true);
    await world.pass(120_000);
    expect(await world.states(completed)).toBe("completed: passed");
    world.clock.sleep(2 * HOUR_MS);
    const running = await world.startRollout(await world.addRelease("1.3.0"), world.waves({ bakeMs: HOUR_MS }));
    await world.settle();

    await world.rollouts.prune(HOUR_MS, 3 * HOUR_MS);
    expect(await idsOf(world)).toEqual([superseded, completed, running]);
    await world.rollouts.prune(HOUR_MS, HOUR_MS);
    expect(await idsOf(world)).toEqual([running]);
    expect(await world.states(running)).toMatch(/^running: /);

    const waves = await world.store.read.selectFrom("waveMembers").select("waveId").distinct().execute();
    expect(waves).toHaveLength(1);
    const history = await world.store.read.selectFrom("targetChanges").select(["outcome", "rolloutId"]).orderBy("id").execute();
    expect(history.map((change) => change.outcome)).toEqual(["completed", "superseded", "completed", "in progress"]);
    expect(history.map((change) => change.rolloutId)).toEqual([null, null, null, running]);
    expect(await world.audited()).toEqual(expect.arrayContaining(["rollout.started", "rollout.superseded", "rollout.completed"]));
    await world.rollouts.control.abort(ANA, running, "");
  });

  it("stay while one of their grants is kept", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    const id = await world.startRollout(await world.addRelease("1.1.0"), world.waves({ bakeMs: 0 }));
    await world.pass(120_000);
    world.clock.sleep(2 * HOUR_MS);
    await world.rollouts.prune(3 * HOUR_MS, HOUR_MS);
    expect(await idsOf(world)).toEqual([id]);
  });
});
