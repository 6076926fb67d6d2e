import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uploadFile } from "#main/client/upload-file.ts";
import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import type { StoreId } from "#shared/lib/ids.ts";
import type { World } from "./world.ts";

/** A release to publish: a small script stands in for the program. */
export type ReleaseWish = { readonly version: string; readonly notes: string };

/** Registers an application with a channel `stable`, and publishes releases, oldest first. */
export async function publishApplication(
  world: World,
  productId: string,
  name: string,
  wishes: readonly ReleaseWish[],
): Promise<{ readonly application: ApplicationRow; readonly releases: readonly ReleaseRow[] }> {
  const { client } = world;
  const made = await client.applications.create({ productId, name, description: "" });
  if (!made.channels.some((channel) => channel.name === "stable")) await client.channels.create({ applicationId: made.id, name: "stable" });
  const folder = await mkdtemp(join(tmpdir(), "rollcall-e2e-"));
  const releases: ReleaseRow[] = [];
  try {
    for (const wish of wishes) releases.push(await publish(world, made, folder, wish));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { application: await client.applications.get({ applicationId: made.id }), releases };
}

/** Publishes one release to the named stores, without waiting until it is there. */
export async function beginRelease(
  world: World,
  application: ApplicationRow,
  version: string,
  storeIds: readonly StoreId[],
): Promise<ReleaseRow> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-e2e-"));
  try {
    return await publish(world, application, folder, { version, notes: "", storeIds });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Begun = ReleaseWish & { readonly storeIds?: readonly StoreId[] };

async function publish(world: World, application: ApplicationRow, folder: string, wish: Begun): Promise<ReleaseRow> {
  const path = join(folder, `${application.productId.split(".").at(-1)}-${wish.version}`);
  await writeFile(path, `#!/bin/sh\n# ${application.name} ${wish.version}\nexec sleep 3600\n`.padEnd(48_000, "#"), { mode: 0o755 });
  const upload = await uploadFile(
    { client: world.client, target: world.target, signal: AbortSignal.timeout(60_000), onProgress: () => undefined },
    path,
  );
  const draft = await world.client.releases.create({
    applicationId: application.id,
    version: wish.version,
    notes: wish.notes,
    runSpec: runSpec.parse({ probe: { kind: "http", url: "http://127.0.0.1:8080/healthz" } }),
    artifacts: [{ uploadId: upload.id, platform: "any" }],
  });
  return await world.client.releases.publish({
    releaseId: draft.id,
    ...(wish.storeIds === undefined ? {} : { storeIds: [...wish.storeIds] }),
  });
}
