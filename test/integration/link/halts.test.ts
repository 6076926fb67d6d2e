import { describe, expect, it } from "vitest";
import { applicationId } from "#shared/lib/ids.ts";
import { memoryWire } from "#test/builders/memory-wire.ts";
import { aGrantId, aHostId, aReleaseId, digestOf, uuidOf } from "#test/builders/rollout-facts.ts";
import { SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";
import { openLinkFixture } from "./link-fixture.ts";

describe("a halt", () => {
  it("is answered for every order: acknowledged, cut off, or absent", async () => {
    const fixture = await openLinkFixture();
    const answering = await fixture.agent(1);
    const wire = memoryWire(fixture.link);
    const hanging = new SimulatedAgent({ ...(await fixture.addHost(2)), dial: wire.dial, stateIntervalMs: 0 });
    await Promise.all([answering.connect(), hanging.connect()]);
    wire.cutCable();
    const grants = [aGrantId(1)];
    const answers = await fixture.seam.link?.halt(
      [
        { hostId: answering.hostId, grants },
        { hostId: hanging.hostId, grants },
        { hostId: aHostId(3), grants },
      ],
      50,
    );
    expect(answers?.get(answering.hostId)).toEqual({ outcome: "acknowledged", switching: [] });
    expect(answers?.get(hanging.hostId)).toEqual({ outcome: "cut" });
    expect(answers?.get(aHostId(3))).toEqual({ outcome: "absent" });
    expect(fixture.link.connectedHosts).toBe(1);
  });

  it("is acknowledged before the reports that the host sent earlier and that wait to be checked", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    await new Promise<void>((settle) => {
      fixture.seam.observed = () => settle();
      void agent.connect();
    });
    const hello = fixture.seam.recorded.length;
    for (let sent = 0; sent < 200; sent += 1) agent.reportState();
    await fixture.seam.link?.halt([{ hostId: agent.hostId, grants: [aGrantId(1)] }], 5000);
    expect(fixture.seam.recorded.length - hello).toBeLessThan(20);
  });

  it("names the switches that had begun, and no go is followed afterwards", async () => {
    const fixture = await openLinkFixture();
    const [begun, staged] = [await fixture.agent(1, { phaseMs: 10_000 }), await fixture.agent(2)];
    const web = applicationId.parse(uuidOf(9, 1));
    const grant = { grantId: aGrantId(1), leaseMs: 60_000 };
    const desired = [
      {
        applicationId: web,
        productId: "org.example.web",
        releaseId: aReleaseId(1),
        version: "1.1.0",
        digest: digestOf(1),
        sizeBytes: 1,
        grant,
      },
    ];
    fixture.seam.desired.set(staged.hostId, desired);
    await new Promise<void>((settle) => {
      fixture.seam.observed = () => (staged.application(web)?.phase === "staged" ? settle() : undefined);
      void staged.connect();
    });
    await begun.connect();
    const answers = await fixture.seam.link?.halt([{ hostId: staged.hostId, grants: [grant.grantId] }], 5000);
    expect(answers?.get(staged.hostId)).toEqual({ outcome: "acknowledged", switching: [] });
    fixture.seam.link?.sendGo(staged.hostId, grant.grantId, 1000);
    const pong = staged.next((frame) => frame.type === "report-ack");
    staged.reportState();
    await pong;
    expect(staged.application(web)?.phase).toBe("idle");
  });

  it("is settled when the host's link ends before it answered", async () => {
    const fixture = await openLinkFixture();
    const wire = memoryWire(fixture.link);
    const agent = new SimulatedAgent({ ...(await fixture.addHost(1)), dial: wire.dial, stateIntervalMs: 0 });
    await agent.connect();
    wire.cutCable();
    const answers = fixture.seam.link?.halt([{ hostId: agent.hostId, grants: [aGrantId(1)] }], 60_000);
    agent.disconnect();
    expect((await answers)?.get(agent.hostId)).toEqual({ outcome: "cut" });
  });
});
