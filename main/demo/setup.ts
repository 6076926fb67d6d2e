import { uploadFile } from "#main/client/upload-file.ts";
import type { FleetRow } from "#shared/contract/fleets.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { publishAndWait } from "./publish-and-wait.ts";
import { demoRunSpec, DEMO_PRODUCT, writeDemoService } from "./demo-service.ts";
import type { DemoWorld } from "./demo-world.ts";

/** Groups and their hosts: one canary, two early, three for everyone else. */
const HOSTS = { canary: ["canary-1"], early: ["early-1", "early-2"], everyone: ["app-1", "app-2", "app-3"] } as const;

/** What the story plays with. */
export type DemoSetup = {
  readonly fleet: FleetRow;
  readonly releases: { readonly first: ReleaseRow; readonly second: ReleaseRow; readonly bad: ReleaseRow };
};

/**
 * Registers the application and the fleet, publishes three releases, and enrols six real agents that install the first
 * one. `say` tells what is going on.
 */
export async function setUp(world: DemoWorld, say: (line: string) => void): Promise<DemoSetup> {
  const { client } = world;
  const { revision } = await client.settings.get();
  await client.settings.update({ revision, name: "Rollcall demo", hostStateIntervalMs: 1000 });
  const application = await client.applications.create({ productId: DEMO_PRODUCT, name: "Demo web" });
  const publish = async (version: string, isBroken: boolean): Promise<ReleaseRow> => {
    const path = await writeDemoService(world.folder, version, isBroken);
    const upload = await uploadFile(
      { client, target: world.target, signal: AbortSignal.timeout(60_000), onProgress: () => undefined },
      path,
    );
    const artifacts = [{ uploadId: upload.id, platform: "any" }];
    const draft = await client.releases.create({
      applicationId: application.id,
      version,
      runSpec: demoRunSpec(),
      artifacts,
      notes: isBroken ? "Crashes on start." : "",
    });
    const release = await publishAndWait(world, draft.id);
    say(`published ${DEMO_PRODUCT} ${version}${isBroken ? " (this one crashes on start)" : ""}`);
    return release;
  };
  const releases = { first: await publish("1.0.0", false), second: await publish("1.1.0", false), bad: await publish("1.2.0", true) };
  const channel =
    (await client.applications.get({ applicationId: application.id })).channels.find((one) => one.name === "stable") ??
    (await client.channels.create({ applicationId: application.id, name: "stable" }));
  await client.channels.move({ channelId: channel.id, releaseId: releases.first.id, reason: "First release" });
  const fleet = await client.fleets.create({ name: "demo", groups: Object.keys(HOSTS) });
  for (const group of fleet.groups)
    await client.subscriptions.create({ groupId: group.id, applicationId: application.id, channelId: channel.id });
  await Promise.all(fleet.groups.map((group) => enrol(world, group)));
  say(`enrolled ${world.hosts.length} agents: ${world.hosts.map((host) => `${host.name} (:${host.port})`).join(", ")}`);
  return { fleet: await client.fleets.get({ fleetId: fleet.id }), releases };
}

async function enrol(world: DemoWorld, group: FleetRow["groups"][number]): Promise<void> {
  const names = Object.entries(HOSTS).find(([name]) => name === group.name)?.[1] ?? [];
  const made = await world.client.tokens.create({ groupId: group.id, maxUses: names.length, label: "demo" });
  for (const name of names) await world.addHost(name, group.name, made.text);
}
