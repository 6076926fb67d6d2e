import { describe, expect, it } from "vitest";
import { ANA, RolloutWorld } from "#test/builders/rollout-world.ts";

/** Longer than any of these worlds lasts. */
const YEAR_MS = 31_536_000_000;

type Lease = { readonly issuedAt: number; readonly endedAt: number | null; readonly expiresAt: number };

const leases = (world: RolloutWorld): Promise<readonly Lease[]> =>
  world.store.read.selectFrom("grants").select(["issuedAt", "endedAt", "expiresAt"]).orderBy("issuedAt").execute();

/** The most leases that were live at the same moment. */
function mostAtOnce(all: readonly Lease[]): number {
  return Math.max(
    0,
    ...all.map(({ issuedAt }) => all.filter((other) => other.issuedAt <= issuedAt && (other.endedAt ?? other.expiresAt) > issuedAt).length),
  );
}

describe("the caps of a policy", () => {
  it("hold the concurrency while everyone asks at once", async () => {
    const world = await RolloutWorld.open({ groups: [30], policy: { concurrency: 3 } });
    world.hosts.mayWork = () => false;
    const rollout = await world.startRollout(await world.addRelease("1.1.0"), world.waves({ bakeMs: 0 }));
    await Promise.all([...world.allHosts, ...world.allHosts].map((hostId) => world.rollouts.seam.desiredFor(hostId)));
    expect(await leases(world)).toHaveLength(3);
    world.hosts.mayWork = () => true;
    world.hosts.notify(world.allHosts);
    await world.pass(60_000);
    expect(await world.states(rollout)).toBe("completed: passed");
    expect(mostAtOnce(await leases(world))).toBe(3);
  });

  it("hold the rate, and ask the hosts again by themselves when it allows more", async () => {
    const world = await RolloutWorld.open({ groups: [9], policy: { rate: { count: 2, intervalMs: 60_000 } } });
    await world.startRollout(await world.addRelease("1.1.0"));
    await world.settle();
    expect(world.hosts.versions(world.allHosts).filter((version) => version === "1.1.0")).toHaveLength(2);
    await world.pass(280_000);
    const all = await leases(world);
    expect(all).toHaveLength(9);
    for (const [index, lease] of all.entries())
      expect((all[index + 2]?.issuedAt ?? Number.POSITIVE_INFINITY) - lease.issuedAt).toBeGreaterThanOrEqual(60_000);
  });

  it("let one canary go first, and nobody after it when it fails", async () => {
    const world = await RolloutWorld.open({ groups: [5], policy: { canaryFirst: true } });
    world.hosts.mayWork = (host) => host.phase !== "switching";
    await world.startRollout(await world.addRelease("1.1.0", "crashes"));
    await world.settle();
    expect(await leases(world)).toHaveLength(1);
    const held = await Promise.all(world.allHosts.map((hostId) => world.rollouts.fleetSeam.explain(hostId)));
    expect(held.flat().filter((one) => one.reason === "one host goes first and has to stay well")).toHaveLength(4);
    world.hosts.mayWork = () => true;
    await world.pass(60_000);
    expect(await leases(world)).toHaveLength(1);
  });

  it("let the others go once the canary stayed well", async () => {
    const world = await RolloutWorld.open({ groups: [5], policy: { canaryFirst: true } });
    await world.startRollout(await world.addRelease("1.1.0"));
    await world.settle();
    expect(new Set(world.hosts.versions(world.allHosts))).toEqual(new Set(["1.1.0"]));
  });

  it("free the slot of a lost host when its lease ends", async () => {
    const world = await RolloutWorld.open({ groups: [2], policy: { concurrency: 1, updateTimeoutMs: 120_000 } });
    await world.addRelease("1.1.0", "silences");
    const rollout = await world.startRollout(world.releases.get("1.1.0")!.releaseId, world.waves({ failureBudget: 1, successPercent: 0 }));
    await world.settle();
    world.behaviours.set("1.1.0", "well");
    await world.pass(110_000);
    expect(await leases(world)).toHaveLength(1);
    await world.pass(20_000);
    expect((await world.members(rollout, 0)).map((line) => line.split(" ").slice(1).join(" ")).toSorted()).toEqual([
      "failed: did not finish within 2 m",
      "succeeded",
    ]);
  });

  it("open the window at its minute, without anyone asking", async () => {
    const world = await RolloutWorld.open({ groups: [2], policy: { windows: [{ days: ["sat"], from: "00:05", to: "01:00" }] } });
    await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(280_000);
    expect(await leases(world)).toEqual([]);
    expect(await world.rollouts.fleetSeam.explain(world.allHosts[0]!)).toMatchObject([
      { decision: "hold", reason: "outside window until 00:05" },
    ]);
    await world.pass(40_000);
    expect(world.hosts.versions(world.allHosts)).toEqual(["1.1.0", "1.1.0"]);
  });

  it("give a cloned host no grant", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    await world.store.write((unit) => unit.db.updateTable("hosts").set({ connection: "cloned" }).execute());
    await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(60_000);
    expect(await leases(world)).toEqual([]);
    expect(await world.rollouts.seam.desiredFor(world.allHosts[0]!)).toMatchObject([{ hold: "two machines share this identity" }]);
  });
});

describe("grants that ended long ago", () => {
  it("are forgotten, but not while their rollout holds its subscriptions", async () => {
    const world = await RolloutWorld.open({ groups: [2, 1] });
    const rollout = await world.startRollout(await world.addRelease("1.1.0"), world.waves({ approval: true }));
    await world.pass(120_000);
    await world.rollouts.prune(60_000, YEAR_MS);
    expect(await leases(world)).toHaveLength(2);
    await world.rollouts.control.abort(ANA, rollout, "");
    await world.rollouts.prune(3_600_000, YEAR_MS);
    expect(await leases(world)).toHaveLength(2);
    await world.rollouts.prune(60_000, YEAR_MS);
    expect(await leases(world)).toEqual([]);
  });
});
