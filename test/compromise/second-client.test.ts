import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Updater } from "tuf-js";
import { describe, expect, it } from "vitest";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { STUB_PRODUCT } from "#test/fakes/control-plane-stub-releases.ts";
import { DAY_MS, writeTargets } from "#test/fakes/tuf-documents.ts";
import { AttackedWorld } from "./attacker/attacked-world.ts";
import type { Order } from "./attacker/victim-host.ts";

/** The library's own client, from the same pinned root, against the same attacker. */
async function libraryAccepts(world: AttackedWorld, order: Order): Promise<boolean> {
  const folder = await tempFolder();
  await mkdir(join(folder, "targets"));
  await writeFile(join(folder, "root.json"), world.repository.rootBytes);
  const updater = new Updater({
    metadataDir: folder,
    metadataBaseUrl: world.server.url + AGENT_PATHS.trustMetadata,
    targetDir: join(folder, "targets"),
    targetBaseUrl: world.server.url + AGENT_PATHS.trustTargets,
    config: { fetchRetry: 0 },
  });
  try {
    await updater.refresh();
    const target = await updater.getTargetInfo(`${STUB_PRODUCT}/${order.version}.json`);
    if (target === undefined) return false;
    await updater.downloadTarget(target);
    return true;
  } catch {
    return false;
  }
}

type Change = (world: AttackedWorld) => void;

const flip = (world: AttackedWorld, name: string): void => {
  const bytes = Buffer.from(world.repository.metadata.get(name) ?? "");
  bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
  world.server.lies.set(name, bytes);
};

const CASES: readonly (readonly [string, Change])[] = [
  ["an honest state", () => undefined],
  ["an honest state after a new root", (world) => world.repository.replaceOnlineKeys()],
  ["a changed timestamp", (world) => flip(world, "timestamp.json")],
  ["a changed snapshot", (world) => flip(world, `${world.repository.version("snapshot")}.snapshot.json`)],
  ["changed targets", (world) => flip(world, `${world.repository.version("targets")}.targets.json`)],
  ["a changed application", (world) => flip(world, `${world.repository.version(STUB_PRODUCT)}.${STUB_PRODUCT}.json`)],
  ["an expired timestamp", (world) => world.repository.republish({ timestamp: -1000 })],
  ["an expired snapshot", (world) => world.repository.republish({ snapshot: -1000 })],
  ["expired targets", (world) => world.repository.republish({ targets: -1000 })],
  ["a snapshot of other online keys' making", (world) => world.signOnline(world.signedFiles())],
  [
    "an application signed by k-1 operators",
    (world) => {
      const draft = { version: 9, lifetimeMs: DAY_MS, signers: [world.stolenOperatorKey] };
      world.signOnline(world.signedFiles().set(STUB_PRODUCT, writeTargets(STUB_PRODUCT, draft, new Map())));
    },
  ],
  ["a withheld snapshot", (world) => world.server.lies.set(`${world.repository.version("snapshot")}.snapshot.json`, undefined)],
];

describe("our way through the library's checks", () => {
  it.each(CASES)("comes to the same verdict as the library's own client about %s", async (_, change) => {
    const world = await AttackedWorld.start();
    const order = world.publish("1.0.0");
    change(world);
    const host = await world.host();
    const { outcome, message } = await host.order(order);
    expect(outcome === "installed", message).toBe(await libraryAccepts(world, order));
  });
});
