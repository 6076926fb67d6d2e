import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { FOREIGN_STORES, type ForeignStore } from "#test/builders/foreign-stores.ts";
import { publishTree } from "#test/builders/publish-tree.ts";
import { systemWorld, type SystemWorld } from "#test/builders/system-world.ts";

/** Takes from the control plane's own disk what intake and making left there, so that the store alone has it. */
async function forgetHere(world: SystemWorld, digests: readonly string[]): Promise<void> {
  for (const digest of digests) await rm(join(world.server.dataFolder, "blobs", "blobs", "sha256", digest));
}

async function roll(world: SystemWorld, release: ReleaseRow): Promise<number | undefined> {
  const rolloutId = await world.startRollout(release);
  await world.untilState(rolloutId, "completed");
  await world.untilAnswer(release.version);
  return (await world.client.rollouts.list({})).find(({ id }) => id === rolloutId)?.sent?.bytes;
}

/** @returns what a host fetched for the second release, and the delta that was signed with it. */
async function updateFrom(openStore: ForeignStore["open"]) {
  const world = await systemWorld({ groups: { canary: 1 } });
  const store = await world.client.stores.create({ name: "elsewhere", unchecked: true, ...(await openStore()) });
  const first = await publishTree(world, "1.1.0", [store.id]);
  const archive = first.artifacts[0]!;
  await forgetHere(world, [archive.digests.sha256]);
  expect(await roll(world, first)).toBe(archive.sizeBytes);

  // What the delta starts from is fetched from the store, too.
  const second = await publishTree(world, "1.2.0", [store.id]);
  const [delta] = second.artifacts[0]?.tree?.deltas ?? [];
  expect(delta).toMatchObject({ from: { version: "1.1.0", sha256: archive.digests.sha256 } });
  await forgetHere(world, [second.artifacts[0]?.digests.sha256 ?? "", delta?.sha256 ?? ""]);
  return { fetchedBytes: await roll(world, second), delta };
}

describe("a delta between unpacked archives that lies elsewhere alone", () => {
  for (const { name, open, missing } of FOREIGN_STORES)
    it.skipIf(missing !== undefined)(`reaches a host from there: ${name}`, { timeout: 360_000 }, async () => {
      const { fetchedBytes, delta } = await updateFrom(open);
      // The host fetches nothing else, and only what has the signed digest and makes the signed tree.
      expect(fetchedBytes).toBe(delta?.sizeBytes);
    });
});
