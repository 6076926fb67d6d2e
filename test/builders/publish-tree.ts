import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { uploadFile } from "#main/client/upload-file.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { serviceArtifact } from "#test/integration/agent/service-artifact.ts";
import { packTree } from "./packed-tree.ts";
import { serviceSpec, until, type SystemWorld } from "./system-world.ts";

const PATIENCE_MS = 120_000;
const data = randomBytes(500_000).toString("hex");
const program = `#!/bin/sh\nexec "${process.execPath}" "$(dirname "$0")/../lib/service.mjs"\n`;

/** Publishes a tar.gz that hosts unpack, to these stores; its large file lies elsewhere in every version. */
export async function publishTree(world: SystemWorld, version: string, storeIds?: readonly string[]): Promise<ReleaseRow> {
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
  await world.client.releases.publish({ releaseId, ...(storeIds && { storeIds: [...storeIds] }) });
  await until(`${version} is published`, async () => (await world.client.releases.get({ releaseId })).state === "published", PATIENCE_MS);
  return world.client.releases.get({ releaseId });
}
