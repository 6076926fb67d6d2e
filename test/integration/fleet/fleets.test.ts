import { describe, expect, it } from "vitest";
import { addApplication } from "#test/builders/catalogue-rows.ts";
import { addHosts } from "#test/builders/host-rows.ts";
import { aPrincipal, openFleets } from "#test/builders/open-fleets.ts";

describe("fleets", () => {
  it("are made with their groups in order, audited and announced within the fleet", async () => {
    const { client, store } = await openFleets();
    const fleet = await client.fleets.create({ name: "production" });
    expect(fleet.groups.map((group) => [group.name, group.position])).toEqual([
      ["canary", 0],
      ["early", 1],
      ["everyone", 2],
    ]);
    expect(await client.fleets.list()).toEqual([fleet]);
    const entry = await store.read.selectFrom("auditEntries").selectAll().executeTakeFirstOrThrow();
    expect(entry).toMatchObject({ actor: "user:ana", action: "fleet.created", subject: `fleet:${fleet.id}`, fleetId: fleet.id });
    const event = await store.read.selectFrom("liveEvents").selectAll().executeTakeFirstOrThrow();
    expect(event).toMatchObject({ topic: "fleet.created", fleetId: fleet.id });
  });

  it("have unique names, and groups that are named once", async () => {
    const { client } = await openFleets();
    await client.fleets.create({ name: "production" });
    await expect(client.fleets.create({ name: "production" })).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
    await expect(client.fleets.create({ name: "lab", groups: ["a", "a"] })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(await client.fleets.list()).toHaveLength(1);
  });

  it("take any printable name literally", async () => {
    const { client } = await openFleets();
    const names = [`'; DROP TABLE fleets; --`, "<script>alert(1)</script>", "100% _real_", "Ünïcødé 🚀 名前", `"quoted"`, "..", "null"];
    for (const name of names) await client.fleets.create({ name });
    expect((await client.fleets.list()).map((fleet) => fleet.name).sort()).toEqual([...names].sort());
  });

  it("refuse names with control characters, outer spaces, or nothing in them", async () => {
    const { client } = await openFleets();
    for (const name of ["", " ", " a", "a\n", "a\u0000b", "x".repeat(81)]) {
      await expect(client.fleets.create({ name }), JSON.stringify(name)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    }
  });

  it("tell a writer that is late who changed the fleet and when", async () => {
    const { client, as, clock } = await openFleets();
    const fleet = await client.fleets.create({ name: "production" });
    await as(aPrincipal({ name: "user:cem" })).fleets.update({ fleetId: fleet.id, revision: 0, name: "prod", description: "" });
    clock.advance(12_000);
    const late = client.fleets.update({ fleetId: fleet.id, revision: 0, name: "main", description: "" });
    await expect(late).rejects.toMatchObject({
      code: "CONFLICT_STALE",
      message: `The fleet "prod" was changed by cem 12 s ago; nothing was saved.`,
      data: { changedBy: "user:cem", revision: 1 },
    });
    expect((await client.fleets.get({ fleetId: fleet.id })).name).toBe("prod");
  });

  it("keep before and after in the audit", async () => {
    const { client, store } = await openFleets();
    const fleet = await client.fleets.create({ name: "production" });
    await client.fleets.update({ fleetId: fleet.id, revision: 0, name: "prod", description: "all of it" });
    const entry = await store.read.selectFrom("auditEntries").selectAll().where("action", "=", "fleet.updated").executeTakeFirstOrThrow();
    expect(JSON.parse(entry.details)).toEqual({
      before: { name: "production", description: "", downloadBytesPerSecond: null },
      after: { name: "prod", description: "all of it", downloadBytesPerSecond: null },
    });
  });

  it("keep their download rate until it is lifted, and refuse one that would starve every host", async () => {
    const { client } = await openFleets();
    const { id: fleetId } = await client.fleets.create({ name: "edge" });
    const terms = { fleetId, name: "edge", description: "" };
    const capped = await client.fleets.update({ ...terms, revision: 0, downloadBytesPerSecond: 1_000_000 });
    expect(capped.downloadBytesPerSecond).toBe(1_000_000);
    const renamed = await client.fleets.update({ ...terms, revision: 1, name: "edge-eu" });
    expect(renamed.downloadBytesPerSecond).toBe(1_000_000);
    await expect(client.fleets.update({ ...terms, revision: 2, downloadBytesPerSecond: 100 })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    const lifted = await client.fleets.update({ ...terms, revision: 2, downloadBytesPerSecond: null });
    expect(lifted).not.toHaveProperty("downloadBytesPerSecond");
  });

  it("are not made by somebody who would not see them", async () => {
    const { within } = await openFleets();
    await expect(within([]).fleets.create({ name: "lab" })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });
});

describe("groups", () => {
  it("are added behind the others, renamed and put in another order", async () => {
    const { client } = await openFleets();
    const fleet = await client.fleets.create({ name: "production", groups: ["canary", "everyone"] });
    const added = await client.fleets.addGroup({ fleetId: fleet.id, name: "lab" });
    expect(added.position).toBe(2);
    const order = [added.id, ...fleet.groups.map((group) => group.id)];
    const ordered = await client.fleets.orderGroups({ fleetId: fleet.id, groupIds: order });
    expect(ordered.map((group) => group.id)).toEqual(order);
    const renamed = await client.fleets.renameGroup({ groupId: added.id, revision: ordered[0]!.revision, name: "first" });
    expect(renamed).toMatchObject({ name: "first", position: 0 });
  });

  it("are not put in order by a list that is not the present one", async () => {
    const { client } = await openFleets();
    const { id: fleetId, groups } = await client.fleets.create({ name: "production" });
    const ids = groups.map((group) => group.id);
    for (const groupIds of [ids.slice(1), [...ids, ids[0]!], [ids[0]!, ids[0]!, ids[1]!], []]) {
      await expect(client.fleets.orderGroups({ fleetId, groupIds })).rejects.toMatchObject({ code: "CONFLICT_STALE" });
    }
  });

  it("are unique by name, at most fifty, and renamed only from their present revision", async () => {
    const { client } = await openFleets();
    const names = Array.from({ length: 50 }, (_, index) => `g${index}`);
    const { id: fleetId, groups } = await client.fleets.create({ name: "production", groups: names });
    await expect(client.fleets.addGroup({ fleetId, name: "g0" })).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
    await expect(client.fleets.addGroup({ fleetId, name: "more" })).rejects.toMatchObject({ code: "POLICY_REFUSED" });
    const [first, second] = groups;
    await expect(client.fleets.renameGroup({ groupId: first!.id, revision: 0, name: second!.name })).rejects.toMatchObject({
      code: "CONFLICT_EXISTS",
    });
    await expect(client.fleets.renameGroup({ groupId: first!.id, revision: 7, name: "x" })).rejects.toMatchObject({
      code: "CONFLICT_STALE",
    });
  });

  it("are removed when nothing needs them, with their tokens; revoked hosts go to another group", async () => {
    const { client, store, clock } = await openFleets();
    const fleet = await client.fleets.create({ name: "production" });
    const [canary, early] = fleet.groups;
    await client.tokens.create({ groupId: early!.id });
    const [gone] = await addHosts(store, early!, [{ name: "old", state: "revoked" }], clock.now());
    expect(await client.fleets.removeGroup({ groupId: early!.id })).toEqual({ removed: true });
    expect(await client.tokens.list({ fleetId: fleet.id })).toEqual([]);
    expect((await client.hosts.get({ hostId: gone! })).host.groupId).toBe(canary!.id);
  });

  it("stay while hosts or subscriptions are in them, and one stays always", async () => {
    const { client, store, clock } = await openFleets();
    const { groups } = await client.fleets.create({ name: "production", groups: ["canary", "everyone"] });
    const [canary, everyone] = groups;
    await addHosts(store, canary!, [{ name: "a" }], clock.now());
    await expect(client.fleets.removeGroup({ groupId: canary!.id })).rejects.toMatchObject({ code: "CONFLICT_IN_USE", data: { hosts: 1 } });
    const applicationId = await addApplication(store);
    await client.subscriptions.create({ groupId: everyone!.id, applicationId });
    await expect(client.fleets.removeGroup({ groupId: everyone!.id })).rejects.toMatchObject({ code: "CONFLICT_IN_USE" });
    const lab = await client.fleets.create({ name: "lab", groups: ["only"] });
    await expect(client.fleets.removeGroup({ groupId: lab.groups[0]!.id })).rejects.toMatchObject({ code: "CONFLICT_IN_USE" });
  });

  it("count their hosts, revoked ones left out", async () => {
    const { client, store, clock } = await openFleets();
    const fleet = await client.fleets.create({ name: "production" });
    const seeds = [{ name: "a" }, { name: "b", connection: "disconnected" as const }, { name: "c", state: "revoked" as const }];
    await addHosts(store, fleet.groups[0]!, seeds, clock.now());
    const read = await client.fleets.get({ fleetId: fleet.id });
    expect(read).toMatchObject({ hosts: 2, connected: 1 });
    expect(read.groups.map((group) => [group.hosts, group.connected])).toEqual([
      [2, 1],
      [0, 0],
      [0, 0],
    ]);
  });
});
