import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { uploadFile } from "#main/client/upload-file.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { packTree } from "#test/builders/packed-tree.ts";
import { serviceSpec, systemWorld, type SystemWorld } from "#test/builders/system-world.ts";
import { cuttingRelay } from "#test/fakes/cutting-relay.ts";
import { serviceArtifact } from "../agent/service-artifact.ts";

const data = randomBytes(500_000).toString("hex");
const program = `#!/bin/sh\nexec "${process.execPath}" "$(dirname "$0")/../lib/service.mjs"\n`;

/** Publishes a tar.gz that hosts unpack; its large file lies elsewhere in every version. */
async function publishTree(world: SystemWorld, version: string): Promise<ReleaseRow> {
  const service = serviceArtifact(version).toString();
  const path = join(world.folder, `web-${version}.tar.gz`);
  await writeFile(path, packTree("tar.gz", { "bin/web": { program }, "lib/service.mjs": service, [`share/${version}/data`]: data }));
  const target = { client: world.client, target: world.server.running };
  const upload = await uploadFile({ ...target, signal: AbortSignal.timeout(60_000), onProgress: () => undefined }, path);
  const { installAs: _installAs, ...spec } = serviceSpec({ unpack: true, command: "bin/web", arguments: [] });
  const { id: releaseId } = await world.client.releases.create({
    applicationId: world.applicationId,
    version,
    runSpec: spec,
    artifacts: [{ uploadId: upload.id, platform: "any" }],
  });
  await world.client.releases.publish({ releaseId });
  await expect.poll(async () => (await world.client.releases.get({ releaseId })).state, { timeout: 120_000 }).toBe("published");
  return world.client.releases.get({ releaseId });
}

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
