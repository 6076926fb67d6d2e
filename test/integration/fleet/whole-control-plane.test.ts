import { createHash } from "node:crypto";
import { createRouterClient } from "@orpc/server";
import { describe, expect, it } from "vitest";
import { decodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { aHostKey } from "#test/builders/a-host-key.ts";
import { addApplication, addChannel, addRelease } from "#test/builders/catalogue-rows.ts";
import { openControlPlane } from "#test/builders/control-plane.ts";
import { aPrincipal, contextOf } from "#test/builders/open-fleets.ts";
import { fakeClock } from "#test/fakes/clock.ts";

/** The composed control plane with one enrolled host in a group that is subscribed to an application. */
async function aHostInAGroup() {
  const clock = fakeClock();
  const plane = await openControlPlane({ clock });
  const client = createRouterClient(plane.router, { context: contextOf(aPrincipal()) });
  const fleet = await client.fleets.create({ name: "production", groups: ["canary", "everyone"] });
  const [canary, everyone] = fleet.groups;
  const applicationId = await addApplication(plane.store);
  const releaseId = await addRelease(plane.store, applicationId, "1.4.2");
  const channelId = await addChannel(plane.store, applicationId, "stable", releaseId);
  const subscription = await client.subscriptions.create({ groupId: canary!.id, applicationId, channelId });
  const { text } = await client.tokens.create({ groupId: canary!.id });
  const token = decodeEnrolmentToken(text);
  const request = aHostKey().enrolRequest({ secret: token.secret, at: clock.now() });
  const answer = await plane.hosts.enrolment.enrol(request, "192.0.2.7");
  return { plane, client, token, answer, hostId: answer.hostId, canary: canary!, everyone: everyone!, applicationId, subscription };
}

describe("fleets within the whole control plane", () => {
  it("give an enrolled host the very root that its token pins", async () => {
    const { token, answer } = await aHostInAGroup();
    expect(createHash("sha256").update(Buffer.from(answer.trustRoot, "base64")).digest("hex")).toBe(token.trustRoot);
  });

  it("say of a host what the engine decides: no artifact for its platform, then paused, then nothing to run", async () => {
    const { client, hostId, everyone, subscription } = await aHostInAGroup();
    const decision = async () => (await client.hosts.get({ hostId })).desired.map((one) => [one.version, one.decision, one.reason]);
    expect(await decision()).toEqual([["1.4.2", "hold", "1.4.2 has no artifact for this platform"]]);
    const paused = await client.subscriptions.pause({ subscriptionId: subscription.id, reason: "look first" });
    expect(paused.policy.paused).toBe(true);
    expect((await client.subscriptions.resume({ subscriptionId: subscription.id })).policy.paused).toBe(false);
    await client.hosts.move({ hostId, groupId: everyone.id });
    expect(await decision()).toEqual([]);
  });

  it("write commands as rows before anything is sent, and tell them on Home", async () => {
    const { plane, client, hostId, applicationId } = await aHostInAGroup();
    const { commandId } = await client.hosts.restart({ hostId, applicationId });
    const rows = await plane.store.read.selectFrom("commands").select(["id", "sentAt", "finishedAt"]).execute();
    expect(rows).toEqual([{ id: commandId, sentAt: null, finishedAt: null }]);
    const { changes } = await client.home.overview();
    expect(changes[0]).toMatchObject({ text: "Ordered a restart of web on host web-1", href: `/hosts/${hostId}` });
    expect(changes.map((change) => change.text)).toContain("Subscribed canary to web, following stable");
  });

  it("keep every action in an audit that verifies", async () => {
    const { client, hostId } = await aHostInAGroup();
    await client.hosts.setLabels({ hostId, revision: 0, labels: { rack: "b7" } });
    await client.hosts.revoke({ hostId, reason: "stolen" });
    expect(await client.audit.verify()).toMatchObject({ outcome: "intact" });
    const actions = (await client.audit.list({})).rows.map((entry) => entry.action);
    expect(actions).toEqual(expect.arrayContaining(["host.revoked", "host.labelled", "host.enrolled", "token.created", "fleet.created"]));
  });
});
