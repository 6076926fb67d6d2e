import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "#shared/domain/rollout/policy.ts";
import { addApplication, addChannel, addRelease } from "#test/builders/catalogue-rows.ts";
import { openFleets } from "#test/builders/open-fleets.ts";
import { addRollout, addSubscription } from "#test/builders/subscription-rows.ts";

async function aGroup() {
  const fleets = await openFleets();
  const fleet = await fleets.client.fleets.create({ name: "production" });
  const applicationId = await addApplication(fleets.store);
  return { ...fleets, fleet, groupId: fleet.groups[0]!.id, applicationId };
}

describe("subscribing a group", () => {
  it("makes the release of the channel the first target, with the first row of the version history", async () => {
    const { client, store, groupId, applicationId, rollouts } = await aGroup();
    const releaseId = await addRelease(store, applicationId, "1.4.2");
    const channelId = await addChannel(store, applicationId, "stable", releaseId);
    const made = await client.subscriptions.create({ groupId, applicationId, channelId });
    expect(made).toMatchObject({
      following: true,
      channelName: "stable",
      targetVersion: "1.4.2",
      groupName: "canary",
      applicationName: "web",
    });
    expect(made.heldBack).toBeUndefined();
    expect(await client.subscriptions.history({ subscriptionId: made.id })).toMatchObject([
      { cause: "initial", toVersion: "1.4.2", outcome: "completed", actor: "user:ana", reason: "subscribed to stable" },
    ]);
    expect(rollouts.changedGroups).toEqual([groupId]);
    expect(await client.subscriptions.get({ subscriptionId: made.id })).toEqual(made);
  });

  it("sets no target from an empty channel, or from a release that must not be installed", async () => {
    const { client, store, fleet, applicationId } = await aGroup();
    const withdrawn = await addRelease(store, applicationId, "1.0.0", { state: "withdrawn" });
    const blocked = await addRelease(store, applicationId, "2.0.0", { blockedAt: 5 });
    const channels = [undefined, withdrawn, blocked].map((release, index) => addChannel(store, applicationId, `c${index}`, release));
    for (const [index, channelId] of (await Promise.all(channels)).entries()) {
      const made = await client.subscriptions.create({ groupId: fleet.groups[index]!.id, applicationId, channelId });
      expect(made.targetReleaseId).toBeUndefined();
      expect(await client.subscriptions.history({ subscriptionId: made.id })).toEqual([]);
    }
  });

  it("happens once per application, and with a channel of that application", async () => {
    const { client, store, groupId, applicationId } = await aGroup();
    const other = await addChannel(store, await addApplication(store, "other"), "stable");
    await expect(client.subscriptions.create({ groupId, applicationId, channelId: other })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    await client.subscriptions.create({ groupId, applicationId });
    await expect(client.subscriptions.create({ groupId, applicationId })).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
  });
});

describe("the policy of a subscription", () => {
  it("is replaced from the revision that was seen; the audit keeps what differs", async () => {
    const { client, store, groupId, applicationId, rollouts } = await aGroup();
    const { id: subscriptionId, revision } = await client.subscriptions.create({ groupId, applicationId });
    const policy = { ...DEFAULT_POLICY, timeZone: "Europe/Berlin", concurrency: 3 };
    const saved = await client.subscriptions.setPolicy({ subscriptionId, revision, policy });
    expect(saved).toMatchObject({ policy, revision: 1 });
    expect(rollouts.changedGroups).toEqual([groupId, groupId]);
    await expect(client.subscriptions.setPolicy({ subscriptionId, revision, policy })).rejects.toMatchObject({ code: "CONFLICT_STALE" });
    const entry = await store.read
      .selectFrom("auditEntries")
      .select("details")
      .where("action", "=", "subscription.policy-changed")
      .executeTakeFirstOrThrow();
    expect(JSON.parse(entry.details)).toEqual({
      application: "web",
      group: "canary",
      before: { timeZone: "UTC", concurrency: null },
      after: { timeZone: "Europe/Berlin", concurrency: 3 },
    });
  });

  it("neither pauses nor takes an unknown time zone", async () => {
    const { client, groupId, applicationId } = await aGroup();
    const { id: subscriptionId, revision } = await client.subscriptions.create({ groupId, applicationId });
    for (const change of [{ paused: true }, { timeZone: "Mars/Olympus" }, { timeZone: "" }]) {
      const policy = { ...DEFAULT_POLICY, ...change };
      await expect(client.subscriptions.setPolicy({ subscriptionId, revision, policy })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    }
  });

  it("is paused and resumed by the engine", async () => {
    const { client, groupId, applicationId, rollouts } = await aGroup();
    const { id: subscriptionId } = await client.subscriptions.create({ groupId, applicationId });
    await client.subscriptions.pause({ subscriptionId });
    await client.subscriptions.resume({ subscriptionId, reason: "all well" });
    expect(rollouts.orders).toEqual([
      { subscriptionId, actor: "user:ana", reason: "", verb: "pause" },
      { subscriptionId, actor: "user:ana", reason: "all well", verb: "resume" },
    ]);
  });
});

describe("a subscription that left its channel", () => {
  it("says where it is held back, until it follows again without moving", async () => {
    const { client, store, groupId, applicationId } = await aGroup();
    const [old, next] = [await addRelease(store, applicationId, "1.4.2"), await addRelease(store, applicationId, "1.5.0")];
    const channelId = await addChannel(store, applicationId, "stable", next);
    const subscriptionId = await addSubscription(store, { groupId, applicationId, target: old, channelId, following: false });
    expect((await client.subscriptions.get({ subscriptionId })).heldBack).toBe("held back at 1.4.2; stable is at 1.5.0");
    const back = await client.subscriptions.reattach({ subscriptionId, channelId });
    expect(back).toMatchObject({ following: true, targetVersion: "1.4.2", revision: 1 });
    expect(back.heldBack).toBeUndefined();
    expect((await client.subscriptions.reattach({ subscriptionId, channelId })).revision).toBe(1);
  });
});

describe("removing a subscription", () => {
  it("is refused while a rollout holds it, and tells the engine afterwards", async () => {
    const { client, store, fleet, groupId, applicationId, rollouts } = await aGroup();
    const to = await addRelease(store, applicationId, "1.0.0");
    const subscriptionId = await addSubscription(store, { groupId, applicationId, target: to });
    const rolloutId = await addRollout(store, { fleetId: fleet.id, groupId, subscriptionId, applicationId, to, state: "running" });
    await expect(client.subscriptions.remove({ subscriptionId })).rejects.toMatchObject({
      code: "CONFLICT_ROLLOUT_ACTIVE",
      data: { rolloutId },
    });
    await store.write((unit) => unit.db.updateTable("rolloutTargets").set({ active: 0 }).execute());
    expect(await client.subscriptions.remove({ subscriptionId })).toEqual({ removed: true });
    await expect(client.subscriptions.get({ subscriptionId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(rollouts.changedGroups).toEqual([groupId]);
  });
});
