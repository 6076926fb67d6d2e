import { describe, expect, it } from "vitest";
import { addApplication, addRelease } from "#test/builders/catalogue-rows.ts";
import { addHosts, addReports, anIdleReport } from "#test/builders/host-rows.ts";
import { openFleets } from "#test/builders/open-fleets.ts";
import { addSubscription } from "#test/builders/subscription-rows.ts";

async function aHost() {
  const fleets = await openFleets();
  const fleet = await fleets.client.fleets.create({ name: "production", groups: ["canary", "everyone"] });
  const [canary, everyone] = fleet.groups;
  const [hostId] = await addHosts(fleets.store, canary!, [{ name: "web-1" }], fleets.clock.now());
  const audited = (action: string) => fleets.store.read.selectFrom("auditEntries").selectAll().where("action", "=", action).execute();
  return { ...fleets, fleet, canary: canary!, everyone: everyone!, hostId: hostId!, audited };
}

describe("moving a host", () => {
  it("puts it under the new group, tells the engine, and records before and after", async () => {
    const { client, hostId, everyone, rollouts, audited } = await aHost();
    const moved = await client.hosts.move({ hostId, groupId: everyone.id, reason: "promoted" });
    expect(moved).toMatchObject({ groupId: everyone.id, groupName: "everyone", revision: 1 });
    expect(rollouts.changedHosts).toEqual([hostId]);
    const [entry] = await audited("host.moved");
    expect(entry).toMatchObject({ actor: "user:ana", reason: "promoted", subject: `host:${hostId}` });
    expect(JSON.parse(entry!.details)).toEqual({ name: "web-1", before: { group: "canary" }, after: { group: "everyone" } });
    const [line] = await client.hosts.timeline({ hostId });
    expect(line).toMatchObject({ kind: "moved", message: "Moved from canary to everyone by user:ana. Reason: promoted" });
  });

  it("to where it is changes nothing and leaves no trace", async () => {
    const { client, hostId, canary, rollouts, audited } = await aHost();
    expect((await client.hosts.move({ hostId, groupId: canary.id })).revision).toBe(0);
    expect(rollouts.changedHosts).toEqual([]);
    expect(await audited("host.moved")).toEqual([]);
  });

  it("does not cross the border of its fleet", async () => {
    const { client, hostId } = await aHost();
    const lab = await client.fleets.create({ name: "lab" });
    await expect(client.hosts.move({ hostId, groupId: lab.groups[0]!.id })).rejects.toMatchObject({ code: "POLICY_REFUSED" });
  });
});

describe("pinning a host", () => {
  it("keeps it on a published release until it is unpinned", async () => {
    const { client, hostId, store, rollouts } = await aHost();
    const release = await addRelease(store, await addApplication(store), "1.4.2");
    expect((await client.hosts.pin({ hostId, releaseId: release })).pinnedReleaseId).toBe(release);
    await client.hosts.pin({ hostId, releaseId: release });
    expect((await client.hosts.unpin({ hostId })).pinnedReleaseId).toBeUndefined();
    await client.hosts.unpin({ hostId });
    expect(rollouts.changedHosts).toEqual([hostId, hostId]);
    expect((await client.hosts.timeline({ hostId })).map((line) => [line.kind, line.version])).toEqual([
      ["unpinned", undefined],
      ["pinned", "1.4.2"],
    ]);
  });

  it("is refused for a draft, a withdrawn and an unknown release", async () => {
    const { client, hostId, store, fleet } = await aHost();
    const applicationId = await addApplication(store);
    for (const state of ["draft", "withdrawn"] as const) {
      const releaseId = await addRelease(store, applicationId, state === "draft" ? "1.0.0" : "2.0.0", { state });
      await expect(client.hosts.pin({ hostId, releaseId })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    }
    await expect(client.hosts.pin({ hostId, releaseId: fleet.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("labels of a host", () => {
  it("are replaced from the revision that was seen, in a fixed order", async () => {
    const { client, hostId, audited, store } = await aHost();
    const set = await client.hosts.setLabels({ hostId, revision: 0, labels: { rack: "b7", dc: "fra" } });
    expect(set).toMatchObject({ labels: { dc: "fra", rack: "b7" }, revision: 1 });
    const meanwhile = { actor: `host:${hostId}`, action: "update.failed", subject: `host:${hostId}` };
    await store.write((unit) => Promise.resolve(unit.audit(meanwhile)));
    await expect(client.hosts.setLabels({ hostId, revision: 0, labels: {} })).rejects.toMatchObject({
      code: "CONFLICT_STALE",
      data: { changedBy: "user:ana" },
    });
    expect(await audited("host.labelled")).toHaveLength(1);
  });

  it("are bounded in number, key and value", async () => {
    const { client, hostId } = await aHost();
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`k${index}`, ""]));
    for (const labels of [many, { "Not A Key": "" }, { long: "x".repeat(101) }, { __proto__x: "", "": "" }]) {
      await expect(client.hosts.setLabels({ hostId, revision: 0, labels })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    }
  });
});

describe("revoking a host", () => {
  it("ends its grants and open commands with it, once, and is announced for the link to hear", async () => {
    const { client, hostId, store, canary, audited, clock } = await aHost();
    const applicationId = await addApplication(store);
    const releaseId = await addRelease(store, applicationId, "1.0.0");
    const subscriptionId = await addSubscription(store, { groupId: canary.id, applicationId, target: releaseId });
    await client.hosts.restart({ hostId, applicationId });
    const grant = { id: "11111111-1111-4111-8111-111111111111", hostId, applicationId, subscriptionId, releaseId };
    const life = { rolloutId: null, state: "active" as const, issuedAt: 0, expiresAt: 9e12, goAt: null, endedAt: null, reason: "" };
    await store.write((unit) =>
      unit.db
        .insertInto("grants")
        .values({ ...grant, ...life })
        .execute(),
    );
    clock.advance(1000);
    expect(await client.hosts.revoke({ hostId, reason: "stolen" })).toMatchObject({ state: "revoked", connection: "disconnected" });
    await client.hosts.revoke({ hostId, reason: "again" });
    expect(await store.read.selectFrom("grants").select(["state", "endedAt"]).execute()).toEqual([
      { state: "revoked", endedAt: clock.now() },
    ]);
    expect(await store.read.selectFrom("commands").select("outcome").execute()).toEqual([{ outcome: "expired" }]);
    expect(await audited("host.revoked")).toHaveLength(1);
    const events = await store.read.selectFrom("liveEvents").select(["topic", "ids"]).where("topic", "=", "host.revoked").execute();
    expect(events.map((event) => (JSON.parse(event.ids) as { hostId: string }).hostId)).toEqual([hostId]);
  });

  it("leaves nothing else to be done to it", async () => {
    const { client, hostId, everyone, store } = await aHost();
    const applicationId = await addApplication(store);
    await client.hosts.revoke({ hostId, reason: "gone" });
    const refused = { code: "HOST_REVOKED" };
    await expect(client.hosts.approve({ hostId })).rejects.toMatchObject(refused);
    await expect(client.hosts.move({ hostId, groupId: everyone.id })).rejects.toMatchObject(refused);
    await expect(client.hosts.setLabels({ hostId, revision: 1, labels: {} })).rejects.toMatchObject(refused);
    await expect(client.hosts.restart({ hostId, applicationId })).rejects.toMatchObject(refused);
  });
});

describe("the details of a host", () => {
  it("hold what it reports against what is decided for it", async () => {
    const { client, hostId, store, canary, clock, rollouts } = await aHost();
    const applicationId = await addApplication(store);
    const releaseId = await addRelease(store, applicationId, "1.0.0");
    const subscriptionId = await addSubscription(store, { groupId: canary.id, applicationId, target: releaseId });
    await addReports(store, [{ host: hostId, reported: anIdleReport(applicationId) }], clock.now());
    rollouts.decisions = [{ applicationId, decision: "hold", reason: "outside window until 22:00" }];
    const detail = await client.hosts.get({ hostId });
    expect(detail.desired).toEqual([
      {
        applicationId,
        productId: "org.example.web",
        name: "web",
        subscriptionId,
        releaseId,
        version: "1.0.0",
        decision: "hold",
        reason: "outside window until 22:00",
      },
    ]);
    expect(detail.reported).toEqual([{ ...anIdleReport(applicationId), reportedAt: clock.now() }]);
  });

  it("have a timeline that pages back", async () => {
    const { client, hostId } = await aHost();
    for (let revision = 0; revision < 5; revision += 1) await client.hosts.setLabels({ hostId, revision, labels: { n: String(revision) } });
    const newest = await client.hosts.timeline({ hostId, limit: 3 });
    const older = await client.hosts.timeline({ hostId, limit: 3, before: newest[2]!.id });
    expect([...newest, ...older].map((line) => line.details["after"])).toEqual(["4", "3", "2", "1", "0"].map((n) => ({ n })));
  });
});
