import type { FleetRow, GroupRow } from "#shared/contract/fleets.ts";
import type { RolloutRow } from "#shared/contract/rollouts.ts";
import type { ReleaseRow, ApplicationRow } from "#shared/contract/applications.ts";
import { DEFAULT_POLICY, type Policy } from "#shared/domain/rollout/policy.ts";
import { gate as gateSchema, type WavePlan } from "#shared/domain/rollout/rollout.ts";
import { publishApplication } from "./releases.ts";
import { addHosts } from "./simulated-hosts.ts";
import type { World } from "./world.ts";

/** The addresses that the story made, for whoever looks at it. */
export type Seeded = {
  readonly fleet: FleetRow;
  readonly application: ApplicationRow;
  readonly hostId: string;
  readonly brokenHostId: string;
  readonly rollout: RolloutRow;
  readonly trippedRollout: RolloutRow;
  readonly subscriptionId: string;
};

const OFFICE: Policy = {
  ...DEFAULT_POLICY,
  timeZone: "Europe/Berlin",
  windows: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "00:00", to: "23:59" }],
  concurrency: 3,
  rate: { count: 200, intervalMs: 600_000 },
  blackoutDates: ["2031-12-24", "2031-12-25"],
};

const GATE = gateSchema.parse({ successPercent: 95, failureBudget: 0, minimumSample: 1, bakeMs: 1000 });
const SLOW_GATE = gateSchema.parse({ successPercent: 95, failureBudget: 1, minimumSample: 2, bakeMs: 900_000 });

/**
 * A fleet in the middle of things, through the public contract and the agents' own protocol: a rollout that bakes, one
 * that tripped at its canary, a paused one, a host that waits for approval, silent hosts, a held-back application.
 */
export async function seed(world: World): Promise<Seeded> {
  const gateway = await publishApplication(world, "org.acme.gateway", "Gateway", [
    { version: "1.4.1", notes: "Fixes a leak in the TLS session cache." },
    { version: "1.4.2", notes: "Certificates are read again without a restart." },
    { version: "1.5.0", notes: "HTTP/3 for upstreams. Drains within 5 s." },
  ]);
  const collector = await publishApplication(world, "org.acme.collector", "Collector", [
    { version: "0.9.2", notes: "" },
    { version: "0.9.3", notes: "New parser. Needs the setting COLLECTOR_DSN." },
  ]);
  await pointStable(world, gateway.application, gateway.releases, "1.4.2");
  await pointStable(world, collector.application, collector.releases, "0.9.2");
  const edge = await edgeFleet(world, gateway.application, collector.application);
  const lab = await labFleet(world, gateway.application);
  await world.client.fleets.create({
    name: "appliances",
    description: "Boxes at customers, enrolled from Monday on",
    groups: ["canary", "everyone"],
  });
  await settled(world, edge.id);
  await settled(world, lab.id);
  return await play(world, edge, lab, gateway, collector);
}

type Published = { readonly application: ApplicationRow; readonly releases: readonly ReleaseRow[] };

async function play(world: World, edge: FleetRow, lab: FleetRow, gateway: Published, collector: Published): Promise<Seeded> {
  const tripped = await start(world, edge, release(collector.releases, "0.9.3"), GATE, "New parser, OPS-418");
  await until(async () => (await world.client.rollouts.get({ rolloutId: tripped.id })).rollout.state === "tripped");
  const running = await start(world, edge, release(gateway.releases, "1.5.0"), SLOW_GATE, "HTTP/3 for upstreams, OPS-421");
  await until(async () => (await world.client.rollouts.get({ rolloutId: running.id })).waves[0]?.state === "baking");
  const paused = await start(world, lab, release(gateway.releases, "1.5.0"), SLOW_GATE, "");
  await world.client.rollouts.pause({ rolloutId: paused.id, reason: "Waiting for the bench to be free" });
  const hosts = (await world.client.hosts.list({ fleetId: edge.id, limit: 500 })).rows;
  const broken = hosts.find((host) => host.status === "failed") ?? hosts[0];
  const subscription = groupOf(await world.client.fleets.get({ fleetId: edge.id }), "canary").subscriptions[0];
  const last = hosts.filter((host) => host.groupName === "everyone").at(-1);
  if (last !== undefined)
    await world.client.hosts.setLabels({ hostId: last.id, revision: last.revision, labels: { site: "fra1", rack: "r7" } });
  for (const agent of world.agents.slice(-3, -1)) agent.disconnect();
  return {
    fleet: await world.client.fleets.get({ fleetId: edge.id }),
    application: gateway.application,
    hostId: last?.id ?? "",
    brokenHostId: broken?.id ?? "",
    rollout: running,
    trippedRollout: tripped,
    subscriptionId: subscription?.id ?? "",
  };
}

async function edgeFleet(world: World, gateway: ApplicationRow, collector: ApplicationRow): Promise<FleetRow> {
  const fleet = await world.client.fleets.create({
    name: "edge-eu",
    description: "Gateways in the European points of presence",
    groups: ["canary", "early", "everyone"],
  });
  for (const group of fleet.groups) {
    await subscribe(world, group, gateway, OFFICE);
    await subscribe(world, group, collector, DEFAULT_POLICY);
  }
  const crashes = {
    outcomeOf: (one: { readonly version: string }, at: number) => (one.version === "0.9.3" && at === 1 ? "crash" : "healthy"),
  } as const;
  await addHosts(world, { group: groupOf(fleet, "canary"), prefix: "edge-can", count: 4, ...crashes });
  await addHosts(world, { group: groupOf(fleet, "early"), prefix: "edge-early", count: 8 });
  await addHosts(world, { group: groupOf(fleet, "everyone"), prefix: "edge", count: 28 });
  return fleet;
}

async function labFleet(world: World, gateway: ApplicationRow): Promise<FleetRow> {
  const fleet = await world.client.fleets.create({ name: "lab-berlin", description: "", groups: ["bench"] });
  const bench = groupOf(fleet, "bench");
  await subscribe(world, bench, gateway, DEFAULT_POLICY);
  await addHosts(world, { group: bench, prefix: "lab", count: 5, phaseMs: 400 });
  await addHosts(world, { group: bench, prefix: "lab-new", count: 1, requiresApproval: true });
  return fleet;
}

async function subscribe(world: World, group: GroupRow, application: ApplicationRow, policy: Policy): Promise<void> {
  const channelId = application.channels.find((channel) => channel.name === "stable")?.id;
  const made = await world.client.subscriptions.create({
    groupId: group.id,
    applicationId: application.id,
    ...(channelId === undefined ? {} : { channelId }),
  });
  await world.client.subscriptions.setPolicy({ subscriptionId: made.id, revision: made.revision, policy });
}

async function pointStable(world: World, application: ApplicationRow, releases: readonly ReleaseRow[], version: string): Promise<void> {
  const channel = application.channels.find((one) => one.name === "stable");
  if (channel !== undefined)
    await world.client.channels.move({ channelId: channel.id, releaseId: release(releases, version).id, reason: "First release" });
}

async function start(world: World, fleet: FleetRow, target: ReleaseRow, gate: WavePlan["gate"], reason: string): Promise<RolloutRow> {
  const waves = fleet.groups.map((group): WavePlan => ({ groupId: group.id, selector: { kind: "all" }, gate }));
  return await world.client.rollouts.start({ fleetId: fleet.id, releaseIds: [target.id], waves, reason, supersede: true });
}

const release = (all: readonly ReleaseRow[], version: string): ReleaseRow =>
  found(
    all.find((one) => one.version === version),
    `release ${version}`,
  );
const groupOf = (fleet: FleetRow, name: string): GroupRow =>
  found(
    fleet.groups.find((group) => group.name === name),
    `group ${name}`,
  );

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The seed misses ${what}.`);
  return value;
}

/** Waits until every connected host of the fleet runs what it should. */
async function settled(world: World, fleetId: FleetRow["id"]): Promise<void> {
  await until(async () => {
    const { rows } = await world.client.hosts.list({ fleetId, limit: 500 });
    return rows
      .filter((host) => host.connection === "connected")
      .every((host) => host.applications.every((one) => one.currentVersion === one.desiredVersion && one.healthy));
  });
}

const DEADLINE_MS = 90_000;

/** Asks again and again, since only the control plane knows when its hosts are done. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error("The seeded world did not come to rest.");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
