import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import { LOCAL_STORE_ID, type StoreEntry } from "#shared/domain/store/store.ts";
import { openOperators } from "./operator-keys.ts";
import { beginRelease } from "./releases.ts";
import type { World } from "./world.ts";

/** What publishing looks like in the middle of things. */
export type SeededPublishing = {
  /** On its way to a folder that has it and a registry that is down. */
  readonly underWay: ReleaseRow;
  /** Waits for one of two signatures. */
  readonly waiting: ReleaseRow;
  readonly requestId: string;
};

/** Two more stores, one of them down; then keys in the hands of two operators, and a release that one of them has signed. */
export async function seedPublishing(world: World, application: ApplicationRow): Promise<SeededPublishing> {
  const { client } = world;
  const path = await mkdtemp(join(tmpdir(), "rollcall-shelf-"));
  const shelf = await client.stores.create({
    name: "Download site",
    settings: { kind: "folder", path, publicUrl: "https://dl.acme.example", hostAccess: "proxy" },
  });
  const registry = { kind: "oci" as const, registry: "http://127.0.0.1:9", allowHttp: true, repositoryPrefix: "acme/releases" };
  const down = await client.stores.create({
    name: "Company registry",
    settings: { ...registry, credentials: "anonymous", hostAccess: "proxy" },
    unchecked: true,
  });
  await client.stores.check({ storeId: down.id });
  await seedAdoptions(world, application, { shelf, down, path });
  const underWay = await beginRelease(world, application, "1.6.0", [shelf.id, down.id]);
  const operators = await openOperators();
  try {
    const intent = { kind: "quorum" as const, quorum: { threshold: 2, keys: [...operators.keys] } };
    const { id: handOver } = await client.trust.prepare({ intent });
    for (const name of ["ana", "boris"])
      await client.trust.submit(
        await operators.signText(JSON.stringify(await client.trust.exportRequest({ signingRequestId: handOver })), name),
      );
    const waiting = await beginRelease(world, application, "1.7.0", [LOCAL_STORE_ID]);
    const request = (await client.trust.listRequests()).find((one) => one.state === "open" && one.title.includes("1.7.0"));
    if (request === undefined) throw new Error("nobody was asked to sign 1.7.0");
    await client.trust.submit(
      await operators.signText(JSON.stringify(await client.trust.exportRequest({ signingRequestId: request.id })), "ana"),
    );
    return { underWay, waiting, requestId: request.id };
  } finally {
    await operators.remove();
  }
}

type Places = { readonly shelf: StoreEntry; readonly down: StoreEntry; readonly path: string };

/** Releases on their way in: of two from the folder one is not whole, and the registry is asked again and again. */
async function seedAdoptions({ client }: World, { id: applicationId, productId }: ApplicationRow, places: Places): Promise<void> {
  const releases = ["0.9.0", "0.9.1"].map((version) => ({
    reference: version,
    version,
    files: [{ name: "web", platform: "any" as const }],
  }));
  for (const [at, { version }] of releases.entries()) {
    const folder = join(places.path, productId, version);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, at === 0 ? "web" : "web.txt"), "#!/bin/sh\n");
  }
  const { id: adoptionId } = await client.adoptions.create({ storeId: places.shelf.id, applicationId, releases });
  const events = await client.system.events({});
  while ((await client.adoptions.get({ adoptionId })).state === "running") await events.next();
  await events.return(undefined);
  const away = { reference: "v0.8.0", version: "0.8.0", files: [{ name: "web", platform: "any" as const }] };
  await client.adoptions.create({ storeId: places.down.id, applicationId, releases: [away] });
}
