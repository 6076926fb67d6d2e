import { describe, expect, it } from "vitest";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { publishTree } from "#test/builders/publish-tree.ts";
import { systemWorld, type SystemWorld } from "#test/builders/system-world.ts";
import { cuttingRelay } from "#test/fakes/cutting-relay.ts";

async function roll(world: SystemWorld, release: ReleaseRow): Promise<void> {
  const rolloutId = await world.startRollout(release);
  await world.untilState(rolloutId, "completed");
  await world.untilAnswer(release.version);
}

describe("an update of a release that hosts unpack", () => {
  it("sends what differs in it alone, from the operator's draft to the host's answer", { timeout: 360_000 }, async () => {
    const world = await systemWorld({ groups: { canary: 0 } });
    const relay = await cuttingRelay(world.server.port);
    await world.addHost("canary-1", "canary", `http://127.0.0.1:${relay.port}`);
    await world.untilAnswer("1.0.0");
    const before = relay.passed.down;
    await roll(world, await publishTree(world, "1.1.0"));
    const whole = relay.passed.down - before;

    const second = await publishTree(world, "1.2.0");
    const [artifact] = second.artifacts;
    const [delta] = artifact?.tree?.deltas ?? [];
    expect(delta?.sizeBytes).toBeLessThan((artifact?.sizeBytes ?? 0) / 50);
    const between = relay.passed.down;
    await roll(world, second);
    // Besides the delta there are documents, signed metadata and frames.
    expect(relay.passed.down - between).toBeLessThan(whole / 2);
  });
});
