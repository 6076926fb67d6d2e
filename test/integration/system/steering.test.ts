import { rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemWorld, until, type SystemHost, type SystemWorld } from "#test/builders/system-world.ts";
import { servicePids, versionAt } from "../agent/agent-process.ts";

/** When each host began its switch to `version`, by its own account; the clocks of these hosts are one clock. */
async function switches(world: SystemWorld, version: string): Promise<ReadonlyMap<string, number>> {
  const began = new Map<string, number>();
  for (const host of world.hosts) {
    const events = await world.client.hosts.timeline({ hostId: (await world.hostRow(host)).id });
    const event = events.find((one) => one.kind === "phase.switching" && one.version === version);
    if (event !== undefined) began.set(host.name, Number(event.details["hostAt"]));
  }
  return began;
}

/** Each host has been heard of again, twice, so that what it does has come to pass. */
async function heardOfTwice(world: SystemWorld, host: SystemHost): Promise<void> {
  for (const _ of [1, 2]) {
    const { lastSeenAt } = await world.hostRow(host);
    await until(`${host.name} is heard of again`, async () => (await world.hostRow(host)).lastSeenAt !== lastSeenAt);
  }
}

describe("steering real hosts", () => {
  it("lets no host switch between the answer to a pause and the resume, wherever the hosts stood", async () => {
    const world = await systemWorld({ groups: { everyone: 4 } });
    const release = await world.publish("1.1.0", { ballastBytes: 5_000_000 });
    const rolloutId = await world.startRollout(release, { bakeMs: 3000 });
    const moments = [
      () => Promise.any(world.hosts.map((host) => world.untilPhase(host, "staged", "1.1.0"))),
      () => until("a host has begun its switch", async () => (await switches(world, "1.1.0")).size > 0),
    ];
    for (const moment of moments) {
      await moment();
      await world.client.rollouts.pause({ rolloutId, reason: "Wait" });
      const pausedAt = Date.now();
      await Promise.all(world.hosts.map((host) => heardOfTwice(world, host)));
      const began = await switches(world, "1.1.0");
      expect([...began].filter(([, at]) => at > pausedAt)).toEqual([]);
      for (const host of world.hosts.filter((one) => !began.has(one.name))) expect(await versionAt(host.port)).toBe("1.0.0");
      await world.client.rollouts.resume({ rolloutId, reason: "Go" });
    }
    await world.untilState(rolloutId, "completed");
    await world.untilAnswer("1.1.0");
    expect([...(await switches(world, "1.1.0")).keys()].toSorted()).toEqual(world.hosts.map((host) => host.name).toSorted());
  });

  it("takes hosts back from the slots that they kept, when the control plane's files cannot be read", async () => {
    const world = await systemWorld({ groups: { canary: 1, everyone: 1 } });
    await world.untilState(await world.startRollout(await world.publish("1.1.0")), "completed");
    const blobs = join(world.server.dataFolder, "blobs");
    await rename(blobs, `${blobs}-away`);
    const subscriptionIds = (await world.fleet()).groups.flatMap((group) => group.subscriptions.map((one) => one.id));
    const back = await world.client.rollouts.rollback({ subscriptionIds, reason: "Back" });
    await world.untilState(back.id, "completed");
    await world.untilAnswer("1.0.0");
    for (const host of world.hosts) expect(await servicePids(host.agent)).toHaveLength(1);
    await rename(`${blobs}-away`, blobs);
  });
});
