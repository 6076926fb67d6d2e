import { describe, expect, it } from "vitest";
import { writeTraffic } from "#main/control-plane/rollout/traffic.ts";
import { hostId } from "#shared/lib/ids.ts";
import { RolloutWorld } from "#test/builders/rollout-world.ts";

/** A rollout whose hosts hold their grants, with the size of the file that they get. */
async function underWay() {
  const world = await RolloutWorld.open({ groups: [2] });
  const releaseId = await world.addRelease("1.1.0");
  const rollout = await world.startRollout(releaseId);
  await world.hosts.work();
  const grants = await world.store.read.selectFrom("grants").select(["id", "hostId"]).where("rolloutId", "=", rollout).execute();
  const artifact = await world.store.read
    .selectFrom("artifacts")
    .select(["sha256", "sizeBytes"])
    .where("releaseId", "=", releaseId)
    .executeTakeFirstOrThrow();
  const tell = (grant: (typeof grants)[number], bytes: number, digest = artifact.sha256) =>
    world.store.hot((raw) =>
      writeTraffic(raw, hostId.parse(grant.hostId), { grantId: grant.id, digest, fetched: { bytes, fullBytes: 10 ** 15, deltas: 1 } }),
    );
  return { world, rollout, grants, artifact, tell };
}

describe("what a rollout sent", () => {
  it("is the sum of what its hosts tell, beside the size of the file as the release has it", async () => {
    const { world, rollout, grants, artifact, tell } = await underWay();
    expect((await world.rollouts.detail("all", rollout)).rollout.sent).toBeUndefined();
    for (const grant of grants) await tell(grant, 7);
    expect((await world.rollouts.detail("all", rollout)).rollout.sent).toEqual({
      downloads: 2,
      bytes: 14,
      fullBytes: 2 * artifact.sizeBytes,
    });
    await world.pass(240_000);
    const ended = await world.store.read
      .selectFrom("auditEntries")
      .select("details")
      .where("action", "=", "rollout.completed")
      .executeTakeFirstOrThrow();
    expect(JSON.parse(ended.details)).toMatchObject({ downloads: 2, sentBytes: 14, fullBytes: 2 * artifact.sizeBytes });
  });

  it("takes no host's word for another's grant, for another file, or for more than it could have fetched", async () => {
    const { world, rollout, grants, artifact, tell } = await underWay();
    const [one, two] = [grants[0]!, grants[1]!];
    await tell({ ...one, hostId: two.hostId }, 7);
    await tell(one, 7, "f".repeat(64));
    expect((await world.rollouts.detail("all", rollout)).rollout.sent).toBeUndefined();
    await tell(one, 10 ** 15);
    expect((await world.rollouts.detail("all", rollout)).rollout.sent?.bytes).toBe(16 * artifact.sizeBytes);
  });
});
