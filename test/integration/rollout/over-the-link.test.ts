import { onTestFinished, describe, expect, it } from "vitest";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { RunningRelease } from "#shared/domain/host/reported.ts";
import { gate } from "#shared/domain/rollout/rollout.ts";
import { fleetId, groupId, type ApplicationId, type FleetId, type GroupId, type ReleaseId } from "#shared/lib/ids.ts";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import { createRouterClient } from "@orpc/server";
import { addApplication, addRelease } from "#test/builders/catalogue-rows.ts";
import { openControlPlane } from "#test/builders/control-plane.ts";
import { addHosts } from "#test/builders/host-rows.ts";
import { memoryWire } from "#test/builders/memory-wire.ts";
import { aPrincipal, contextOf } from "#test/builders/open-fleets.ts";
import { AgentIdentity } from "#test/simulation/fleet/agent-identity.ts";
import { SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";
import type { UpdateOutcome } from "#test/simulation/fleet/simulated-application.ts";

/** The composed control plane with agents that speak the whole protocol, on the machine's own clock. */
async function openWorld(sizes: readonly number[], outcomeOf: (version: string) => UpdateOutcome = () => "healthy", phaseMs = 0) {
  const plane = await openControlPlane();
  const client = createRouterClient(plane.router, { context: contextOf(aPrincipal()) });
  const settings = await client.settings.get();
  await client.settings.update({ revision: settings.revision, hostStateIntervalMs: 500 });
  const application = await addApplication(plane.store);
  const first = await publish(plane, application, "1.0.0");
  const fleet = fleetId.parse(systemIds.uuid());
  await plane.store.write((unit) =>
    unit.db.insertInto("fleets").values({ id: fleet, name: "lab", description: "", createdAt: 0, revision: 0 }).execute(),
  );
  const groups: GroupId[] = [];
  const agents: SimulatedAgent[] = [];
  for (const [position, size] of sizes.entries()) {
    const group = await addGroup(plane, fleet, position);
    groups.push(group);
    await client.subscriptions.create({ groupId: group, applicationId: application });
    for (let index = 0; index < size; index += 1)
      agents.push(await addAgent(plane, { group, fleet, application, first, outcomeOf, phaseMs }, `host-${position}-${index}`));
  }
  await Promise.all(agents.map((agent) => agent.connect()));
  const versions = () => agents.map((agent) => agent.application(application)?.current?.version);
  const start = (release: ReleaseId) =>
    client.rollouts.start({
      fleetId: fleet,
      releaseIds: [release],
      waves: groups.map((group) => ({ groupId: group, selector: { kind: "all" }, gate: gate.parse({ bakeMs: 300 }) })),
    });
  return { plane, client, application, agents, versions, start };
}

async function addGroup(plane: ControlPlane, fleet: FleetId, position: number): Promise<GroupId> {
  const id = groupId.parse(systemIds.uuid());
  await plane.store.write((unit) =>
    unit.db
      .insertInto("groups")
      .values({ id, fleetId: fleet, name: `group-${position}`, position, revision: 0 })
      .execute(),
  );
  return id;
}

async function publish(plane: ControlPlane, application: ApplicationId, version: string): Promise<RunningRelease> {
  const releaseId = await addRelease(plane.store, application, version);
  const digest = Buffer.from(version).toString("hex").padStart(64, "0");
  const artifact = {
    id: systemIds.uuid(),
    releaseId,
    platform: "any",
    fileName: "web",
    sizeBytes: 10,
    sha256: digest,
    sha1: "0".repeat(40),
    sha512: "0".repeat(128),
    format: "elf",
  };
  await plane.store.write((unit) => unit.db.insertInto("artifacts").values(artifact).execute());
  return { releaseId, version, digest };
}

type AgentSeed = {
  readonly group: GroupId;
  readonly fleet: FleetId;
  readonly application: ApplicationId;
  readonly first: RunningRelease;
  readonly outcomeOf: (version: string) => UpdateOutcome;
  readonly phaseMs: number;
};

async function addAgent(plane: ControlPlane, seed: AgentSeed, name: string): Promise<SimulatedAgent> {
  const identity = new AgentIdentity();
  const [id] = await addHosts(
    plane.store,
    { id: seed.group, fleetId: seed.fleet },
    [{ name, publicKey: identity.publicKey, connection: "disconnected" }],
    Date.now(),
  );
  if (id === undefined) throw new TypeError("a host that was just added has an id");
  const { dial } = memoryWire(plane.hosts.link);
  const agent = new SimulatedAgent({
    hostId: id,
    identity,
    dial,
    running: new Map([[seed.application, seed.first]]),
    outcomeOf: (release) => seed.outcomeOf(release.version),
    phaseMs: seed.phaseMs,
    stateIntervalMs: 200,
  });
  onTestFinished(() => agent.disconnect());
  return agent;
}

/** Waits for a committed live event. */
function committed(plane: ControlPlane, topic: string, state?: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = plane.store.onCommitted((events) => {
      if (!events.some(({ event }) => event.topic === topic && (state === undefined || event.ids["state"] === state))) return;
      stop();
      resolve();
    });
  });
}

describe("a rollout over the real agent link", () => {
  it("passes all groups and is rolled back with one call of the contract", async () => {
    const world = await openWorld([1, 2, 3]);
    const next = await publish(world.plane, world.application, "1.1.0");
    const done = committed(world.plane, "rollout.completed");
    await world.start(next.releaseId);
    await done;
    expect(new Set(world.versions())).toEqual(new Set(["1.1.0"]));
    const subscriptions = (await world.client.fleets.list()).flatMap((fleet) => fleet.groups.flatMap((group) => group.subscriptions));
    await expect(world.client.rollouts.rollback({ subscriptionIds: subscriptions.map((one) => one.id) })).rejects.toMatchObject({
      code: "POLICY_NO_ROLLBACK_TARGET",
    });
    const back = committed(world.plane, "rollout.completed");
    const first = (await world.client.releases.list({ applicationId: world.application })).find((release) => release.version === "1.0.0");
    const row = await world.client.rollouts.rollback({
      subscriptionIds: subscriptions.map((one) => one.id),
      toReleaseId: first?.id,
      reason: "smells",
    });
    expect(row).toMatchObject({ kind: "rollback", title: "web 1.0.0" });
    await back;
    expect(new Set(world.versions())).toEqual(new Set(["1.0.0"]));
  });

  it("trips on a release that crashes, and only its first group has ever seen it", async () => {
    const world = await openWorld([1, 3], (version) => (version === "1.1.0" ? "crash" : "healthy"));
    const bad = await publish(world.plane, world.application, "1.1.0");
    const tripped = committed(world.plane, "rollout.tripped");
    const { id } = await world.start(bad.releaseId);
    await tripped;
    const detail = await world.client.rollouts.get({ rolloutId: id });
    expect(detail.rollout.stateReason).toBe("1 host failed, none is tolerated");
    expect(detail.actions.continue.allowed).toBe(true);
    expect(world.agents.slice(1).flatMap((agent) => agent.received.filter((frame) => frame.type === "go"))).toEqual([]);
  });

  it("lets no host switch after a pause has answered, however busy the hosts are", async () => {
    const world = await openWorld([40], () => "healthy", 300);
    const next = await publish(world.plane, world.application, "1.1.0");
    const granted = committed(world.plane, "host.granted");
    const { id } = await world.start(next.releaseId);
    await granted;
    const waiting = committed(world.plane, "member.changed", "waiting");
    await world.client.rollouts.pause({ rolloutId: id, reason: "wait" });
    const goes = () => world.agents.map((agent) => agent.received.filter((frame) => frame.type === "go").length);
    const before = goes();
    for (const agent of world.agents) agent.reportState();
    await waiting;
    expect(goes()).toEqual(before);
    const grants = await world.plane.store.read.selectFrom("grants").select("id").where("state", "=", "active").execute();
    expect(grants).toEqual([]);
  });
});
