import { createRouterClient } from "@orpc/server";
import { describe, expect, it } from "vitest";
import { aPrincipal, contextOf } from "#test/builders/open-fleets.ts";
import { PRODUCT, ReleaseFixture } from "../release/release-fixture.ts";

/** A published release, and a fleet of one group that is subscribed to its application. */
async function openPlan() {
  const fixture = await ReleaseFixture.open();
  const release = await fixture.published("1.0.0");
  const client = createRouterClient(fixture.plane.router, { context: contextOf(aPrincipal()) });
  const fleet = await client.fleets.create({ name: "lab", groups: ["everyone"] });
  const { applicationId } = release;
  const channel =
    (await client.applications.get({ applicationId })).channels[0] ?? (await client.channels.create({ applicationId, name: "stable" }));
  await client.subscriptions.create({ groupId: fleet.groups[0]!.id, applicationId, channelId: channel.id });
  const plan = {
    fleetId: fleet.id,
    releaseIds: [release.id],
    waves: [{ groupId: fleet.groups[0]!.id, selector: { kind: "all" as const }, gate: {} }],
  };
  const accept = (products: "all" | string[]) => client.trust.prepare({ intent: { kind: "accept", fleetId: fleet.id, products } });
  return { client, plan, accept, channel, release };
}

describe("a fleet whose signed list leaves an application out", () => {
  it("gets no rollout of it, already in the dry run, until the list names it", async () => {
    const { client, plan, accept } = await openPlan();
    await accept(["org.example.other"]);
    const refusal = { code: "TRUST_NOT_ACCEPTED", message: expect.stringContaining(`fleet lab leaves out ${PRODUCT}`) };
    await expect(client.rollouts.preview(plan)).rejects.toMatchObject(refusal);
    await expect(client.rollouts.start({ ...plan, reason: "" })).rejects.toMatchObject(refusal);
    expect(await client.rollouts.list({})).toEqual([]);
    await accept(["org.example.other", PRODUCT]);
    expect(await client.rollouts.preview(plan)).toMatchObject({ totalHosts: 0 });
    await client.rollouts.start({ ...plan, reason: "" });
  });

  it("keeps a channel that its groups follow from moving there", async () => {
    const { client, accept, channel, release } = await openPlan();
    await accept([]);
    const move = { channelId: channel.id, releaseId: release.id };
    await expect(client.channels.move(move)).rejects.toMatchObject({ code: "TRUST_NOT_ACCEPTED" });
    await accept("all");
    expect((await client.channels.move(move)).rolloutIds).toHaveLength(1);
  });
});
