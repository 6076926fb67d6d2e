import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fleetsContract, hostsContract, subscriptionsContract, tokensContract } from "#shared/contract/fleets.ts";
import { DEFAULT_POLICY } from "#shared/domain/rollout/policy.ts";
import { addApplication, addChannel, addRelease } from "#test/builders/catalogue-rows.ts";
import { addHosts, addReports, anIdleReport } from "#test/builders/host-rows.ts";
import { aPrincipal, openFleets, type TestFleets } from "#test/builders/open-fleets.ts";
import { addSubscription } from "#test/builders/subscription-rows.ts";

type Client = TestFleets["client"];
type Call = (client: Client) => Promise<unknown>;

/** Two fleets with everything in them; `ours` is what the caller may see. */
async function twoFleets() {
  const fleets = await openFleets();
  const { client, store, clock } = fleets;
  const applicationId = await addApplication(store);
  const releaseId = await addRelease(store, applicationId, "1.0.0");
  const channelId = await addChannel(store, applicationId, "stable", releaseId);
  const make = async (name: string) => {
    const fleet = await client.fleets.create({ name });
    const [canary, early, everyone] = fleet.groups;
    const { token } = await client.tokens.create({ groupId: canary!.id });
    const subscriptionId = await addSubscription(store, { groupId: canary!.id, applicationId, target: releaseId });
    const [hostId] = await addHosts(store, canary!, [{ name: `host of ${name}` }], clock.now());
    await addReports(store, [{ host: hostId!, reported: anIdleReport(applicationId) }], clock.now());
    return { fleet, fleetId: fleet.id, canary: canary!, early: early!, everyone: everyone!, token, subscriptionId, hostId: hostId! };
  };
  return { ...fleets, applicationId, releaseId, channelId, ours: await make("ours"), theirs: await make("theirs") };
}

/** A call of every procedure, aimed at another's fleet; exhaustive by type and by the first test. */
function callsInto({ theirs, ours, applicationId, releaseId, channelId }: Awaited<ReturnType<typeof twoFleets>>) {
  const { fleetId, hostId, subscriptionId } = theirs;
  const revision = 0;
  const fleets: Record<keyof typeof fleetsContract, Call> = {
    list: (client) => client.fleets.list(),
    get: (client) => client.fleets.get({ fleetId }),
    create: (client) => client.fleets.create({ name: "another" }),
    update: (client) => client.fleets.update({ fleetId, revision, name: "taken over", description: "" }),
    addGroup: (client) => client.fleets.addGroup({ fleetId, name: "mine" }),
    orderGroups: (client) => client.fleets.orderGroups({ fleetId, groupIds: theirs.fleet.groups.map((group) => group.id).reverse() }),
    renameGroup: (client) => client.fleets.renameGroup({ groupId: theirs.early.id, revision, name: "mine" }),
    removeGroup: (client) => client.fleets.removeGroup({ groupId: theirs.everyone.id }),
  };
  const tokens: Record<keyof typeof tokensContract, Call> = {
    list: (client) => client.tokens.list({ fleetId }),
    create: (client) => client.tokens.create({ groupId: theirs.canary.id }),
    revoke: (client) => client.tokens.revoke({ enrolmentTokenId: theirs.token.id }),
  };
  const subscriptions: Record<keyof typeof subscriptionsContract, Call> = {
    create: (client) => client.subscriptions.create({ groupId: theirs.early.id, applicationId }),
    get: (client) => client.subscriptions.get({ subscriptionId }),
    setPolicy: (client) => client.subscriptions.setPolicy({ subscriptionId, revision, policy: DEFAULT_POLICY }),
    pause: (client) => client.subscriptions.pause({ subscriptionId }),
    resume: (client) => client.subscriptions.resume({ subscriptionId }),
    reattach: (client) => client.subscriptions.reattach({ subscriptionId, channelId }),
    remove: (client) => client.subscriptions.remove({ subscriptionId }),
    history: (client) => client.subscriptions.history({ subscriptionId }),
  };
  const hosts: Record<keyof typeof hostsContract, Call> = {
    list: async (client) => (await client.hosts.list({ fleetId })).rows,
    get: (client) => client.hosts.get({ hostId }),
    timeline: (client) => client.hosts.timeline({ hostId }),
    approve: (client) => client.hosts.approve({ hostId }),
    move: (client) => client.hosts.move({ hostId, groupId: ours.canary.id }),
    pin: (client) => client.hosts.pin({ hostId, releaseId }),
    unpin: (client) => client.hosts.unpin({ hostId }),
    setLabels: (client) => client.hosts.setLabels({ hostId, revision, labels: { mine: "yes" } }),
    revoke: (client) => client.hosts.revoke({ hostId, reason: "mine" }),
    restart: (client) => client.hosts.restart({ hostId, applicationId }),
    collectLogs: (client) => client.hosts.collectLogs({ hostId, applicationId }),
    followLog: async (client) => {
      for await (const { text } of await client.hosts.followLog({ hostId, applicationId })) return text;
      return "";
    },
    liftQuarantine: (client) => client.hosts.liftQuarantine({ hostId, applicationId, releaseId, reason: "mine" }),
  };
  return { fleets, tokens, subscriptions, hosts };
}

const CONTRACTS = { fleets: fleetsContract, tokens: tokensContract, subscriptions: subscriptionsContract, hosts: hostsContract };
const TABLES = [
  "fleets",
  "groups",
  "enrolmentTokens",
  "hosts",
  "subscriptions",
  "commands",
  "hostEvents",
  "auditEntries",
  "liveEvents",
] as const;

const refusal = z.object({ code: z.string(), message: z.string(), data: z.unknown() });

async function everything({ store }: TestFleets): Promise<unknown> {
  return Promise.all(TABLES.map((table) => store.read.selectFrom(table).selectAll().execute()));
}

async function outcomeOf(call: Call, client: Client): Promise<unknown> {
  return call(client).catch((failure: unknown) => refusal.parse(failure).code);
}

describe("a caller who is limited to one fleet", () => {
  it("is told of nothing in another, by no procedure, and changes nothing there", async () => {
    const world = await twoFleets();
    const before = await everything(world);
    const outsider = world.within([world.ours.fleetId]);
    const calls = callsInto(world);
    const outcomes: Record<string, unknown> = {};
    for (const noun of Object.keys(CONTRACTS) as (keyof typeof CONTRACTS)[]) {
      expect(Object.keys(calls[noun]).sort(), noun).toEqual(Object.keys(CONTRACTS[noun]).sort());
      for (const [verb, call] of Object.entries(calls[noun])) outcomes[`${noun}.${verb}`] = await outcomeOf(call, outsider);
    }
    const { "fleets.list": listed, "fleets.create": created, "hosts.list": hosts, ...others } = outcomes;
    expect((listed as { name: string }[]).map((fleet) => fleet.name)).toEqual(["ours"]);
    expect([created, hosts]).toEqual(["ACCESS_DENIED", []]);
    expect([...new Set(Object.values(others))]).toEqual(["NOT_FOUND"]);
    expect(await everything(world)).toEqual(before);
    expect([world.rollouts.orders, world.rollouts.changedHosts, world.link.issued]).toEqual([[], [], []]);
  });

  it("gets the same answer for what is another's as for what is nobody's", async () => {
    const { within, ours, theirs, store } = await twoFleets();
    const outsider = within([ours.fleetId]);
    const tell = (call: Promise<unknown>) => call.catch((failure: unknown) => refusal.parse(failure));
    const nobody = (
      await store.read.selectFrom("enrolmentTokens").select("id").where("fleetId", "=", theirs.fleetId).executeTakeFirstOrThrow()
    ).id;
    expect(await tell(outsider.hosts.get({ hostId: theirs.hostId }))).toEqual(await tell(outsider.hosts.get({ hostId: nobody })));
    expect(await tell(outsider.tokens.create({ groupId: theirs.canary.id }))).toEqual(
      await tell(outsider.tokens.create({ groupId: nobody })),
    );
    expect(await tell(outsider.fleets.get({ fleetId: theirs.fleetId }))).toEqual(await tell(outsider.fleets.get({ fleetId: nobody })));
  });

  it("cannot bring a host of its own into another's group", async () => {
    const { within, ours, theirs } = await twoFleets();
    const move = within([ours.fleetId]).hosts.move({ hostId: ours.hostId, groupId: theirs.canary.id });
    await expect(move).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("pages, searches and filters within its fleet alone, and does not page from another's host", async () => {
    const { within, ours, theirs } = await twoFleets();
    const insider = within([ours.fleetId]);
    for (const input of [{}, { search: "host of" }, { status: "progressing" as const }]) {
      expect(await insider.hosts.list(input)).toMatchObject({ total: 1, rows: [{ name: "host of ours" }] });
    }
    await expect(insider.hosts.list({ cursor: theirs.hostId })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("sees nothing at all with an empty scope", async () => {
    const { within } = await twoFleets();
    const nobody = within([]);
    expect(await nobody.fleets.list()).toEqual([]);
    expect(await nobody.hosts.list({})).toMatchObject({ rows: [], total: 0 });
  });
});

describe("a caller whose role is too small", () => {
  it("is refused by name of the permission before anything is looked up", async () => {
    const { as, theirs } = await twoFleets();
    const viewer = as(aPrincipal({ role: "viewer", fleets: [] }));
    await expect(viewer.hosts.revoke({ hostId: theirs.hostId, reason: "no" })).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      data: { permission: "host.manage" },
    });
  });
});
