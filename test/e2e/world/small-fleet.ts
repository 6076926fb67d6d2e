import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { gate, type Gate } from "#shared/domain/rollout/rollout.ts";
import { publishApplication } from "./releases.ts";
import { addHosts } from "./simulated-hosts.ts";
import type { World } from "./world.ts";

/** Two groups of healthy hosts on 1.0.0, with 1.1.0, 1.2.0 and a release that crashes, 2.0.0, to bring them to. */
export type SmallFleet = {
  readonly fleet: FleetRow;
  readonly application: ApplicationRow;
  readonly release: (version: string) => ReleaseRow;
  /** Versions that hosts run now, each once, in order. */
  readonly versions: () => Promise<readonly string[]>;
};

/** The release that crashes on every host. */
export const BAD_VERSION = "2.0.0";

/** A gate that holds as soon as every host is done. */
export const NO_BAKE: Gate = gate.parse({ bakeMs: 0 });

const HOSTS = { canary: 2, everyone: 3 } as const;

/** Makes the fleet and waits until its hosts run the first release. The application follows `stable`. */
export async function makeSmallFleet(world: World, name: string): Promise<SmallFleet> {
  const { client } = world;
  const wishes = ["1.0.0", "1.1.0", "1.2.0", BAD_VERSION].map((version) => ({ version, notes: "" }));
  const { application, releases } = await publishApplication(world, `org.acme.${name}`, name, wishes);
  const release = (version: string): ReleaseRow => releases.find((one) => one.version === version)!;
  const channel = application.channels.find((one) => one.name === "stable")!;
  await client.channels.move({ channelId: channel.id, releaseId: release("1.0.0").id });
  const fleet = await client.fleets.create({ name: `${name}-fleet`, groups: Object.keys(HOSTS) });
  for (const group of fleet.groups) {
    await client.subscriptions.create({ groupId: group.id, applicationId: application.id, channelId: channel.id });
    const count = group.name === "canary" ? HOSTS.canary : HOSTS.everyone;
    await addHosts(world, {
      group,
      prefix: `${name}-${group.name}`,
      count,
      outcomeOf: (one) => (one.version === BAD_VERSION ? "crash" : "healthy"),
    });
  }
  const versions = async (): Promise<readonly string[]> => {
    const { rows } = await client.hosts.list({ fleetId: fleet.id });
    return [...new Set(rows.map((host) => host.applications[0]?.currentVersion ?? "none"))].sort();
  };
  while ((await versions()).join() !== "1.0.0") await new Promise((resolve) => setTimeout(resolve, 100));
  return { fleet, application: await client.applications.get({ applicationId: application.id }), release, versions };
}

/** Starts a rollout over all groups by the contract. */
export async function startRollout(world: World, { fleet, release }: SmallFleet, version: string, gates: Gate): Promise<string> {
  const waves = fleet.groups.map((group) => ({ groupId: group.id, selector: { kind: "all" } as const, gate: gates }));
  return (await world.client.rollouts.start({ fleetId: fleet.id, releaseIds: [release(version).id], waves, supersede: true })).id;
}
