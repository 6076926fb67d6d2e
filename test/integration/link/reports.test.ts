import { describe, expect, it } from "vitest";
import type { ReportBody } from "#shared/protocol/agent-frames.ts";
import { LINK_CLOSE } from "#shared/protocol/limits.ts";
import { memoryWire } from "#test/builders/memory-wire.ts";
import { AgentIdentity, newBoot } from "#test/simulation/fleet/agent-identity.ts";
import { SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";
import { openLinkFixture } from "./link-fixture.ts";

const ack = (sequence: number) => (frame: { type: string; sequence?: number }) =>
  frame.type === "report-ack" && frame.sequence === sequence;
const state: ReportBody = { kind: "state", at: 0, applications: [] };

/** Reports the state and waits until it is acknowledged as this one. */
async function reportState(agent: SimulatedAgent, sequence: number): Promise<void> {
  const acknowledged = agent.next(ack(sequence));
  agent.reportState();
  await acknowledged;
}

describe("reports", () => {
  it("are committed before they are acknowledged, in order, and then told to the rollout engine", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    await agent.connect();
    const [first, third] = [agent.next(ack(1)), agent.next(ack(3))];
    for (let count = 0; count < 3; count += 1) agent.reportState();
    await first;
    const row = await fixture.store.read.selectFrom("hosts").select(["boot", "sequence"]).executeTakeFirstOrThrow();
    expect(row.boot).toBe(agent.boot);
    expect(row.sequence).toBeGreaterThanOrEqual(1);
    await third;
    expect(fixture.seam.recorded.map((one) => one.observation.kind)).toEqual(["hello", "state", "state", "state"]);
    expect(fixture.seam.observedHosts.length).toBe(4);
    expect(agent.unacknowledged).toBe(0);
  });

  it("are taken once, however often they are sent", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    await agent.connect();
    await reportState(agent, 1);
    const host = { hostId: agent.hostId, boot: agent.boot };
    agent.disconnect();
    await fixture.store.write(() => Promise.resolve());
    await agent.connect();
    expect(agent.received.findLast((frame) => frame.type === "welcome")).toMatchObject({ acknowledgedSequence: 1 });
    await reportState(agent, 2);
    expect(fixture.seam.recorded.filter((one) => one.observation.kind === "state")).toHaveLength(2);
    expect(host.boot).toBe(agent.boot);
  });

  it("of the boot before are delivered after a restart of the agent", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    await agent.connect();
    await reportState(agent, 1);
    agent.disconnect();
    agent.reportState();
    const oldBoot = agent.boot;
    agent.restart();
    const lastWords = agent.next((frame) => frame.type === "report-ack" && frame.boot === oldBoot && frame.sequence === 2);
    const firstWords = agent.next((frame) => frame.type === "report-ack" && frame.boot === agent.boot && frame.sequence === 1);
    agent.reportState();
    await agent.connect();
    await lastWords;
    await firstWords;
    expect(agent.unacknowledged).toBe(0);
  });

  it("that were recorded in an earlier boot are refused when somebody plays them again", async () => {
    const fixture = await openLinkFixture();
    const { hostId, identity } = await fixture.addHost(1);
    const agent = new SimulatedAgent({ hostId, identity, dial: memoryWire(fixture.link).dial, stateIntervalMs: 0 });
    const recorded = identity.report(hostId, agent.boot, 1, state);
    await agent.connect();
    await reportState(agent, 1);
    agent.disconnect();
    agent.restart();
    await agent.connect();
    await reportState(agent, 1);
    const bye = agent.next((frame) => frame.type === "bye");
    agent.sendFrame(recorded);
    expect(await bye).toMatchObject({ code: "HOST_REPORT_REPLAYED" });
    expect(agent.closeCode).toBe(LINK_CLOSE.badFrame);
    await fixture.store.write(() => Promise.resolve());
    const events = await fixture.store.read.selectFrom("hostEvents").select(["kind", "details"]).execute();
    expect(events).toMatchObject([{ kind: "refused" }]);
    expect(events[0]?.details).toContain("HOST_REPORT_REPLAYED");
  });

  it.each([
    ["without the host's signature", (_own: AgentIdentity, other: AgentIdentity) => other],
    ["altered on the way", (own: AgentIdentity) => own],
  ])("are refused %s", async (what, signer) => {
    const fixture = await openLinkFixture();
    const { hostId, identity } = await fixture.addHost(1);
    const agent = new SimulatedAgent({ hostId, identity, dial: memoryWire(fixture.link).dial, stateIntervalMs: 0 });
    await agent.connect();
    const frame = signer(identity, new AgentIdentity()).report(hostId, agent.boot, 1, state);
    const bye = agent.next((one) => one.type === "bye");
    agent.sendFrame(what === "altered on the way" ? { ...frame, body: { ...state, at: 1 } } : frame);
    expect(await bye).toMatchObject({ code: "HOST_SIGNATURE_INVALID" });
    expect(fixture.seam.recorded.map((one) => one.observation.kind)).toEqual(["hello"]);
  });

  it("of a newer agent are taken by their signature, fields that this version does not know among them", async () => {
    const fixture = await openLinkFixture();
    const { hostId, identity } = await fixture.addHost(1);
    const agent = new SimulatedAgent({ hostId, identity, dial: memoryWire(fixture.link).dial, stateIntervalMs: 0 });
    await agent.connect();
    const acknowledged = agent.next(ack(1));
    const newer = { ...state, mood: { kind: "cheerful" } };
    agent.sendFrame(identity.report(hostId, agent.boot, 1, newer));
    await acknowledged;
    expect(fixture.seam.recorded.at(-1)?.observation).toEqual(state);
  });

  it("of another host are refused", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    const other = await fixture.addHost(2);
    await agent.connect();
    const bye = agent.next((frame) => frame.type === "bye");
    agent.sendFrame(other.identity.report(other.hostId, agent.boot, 1, state));
    expect(await bye).toMatchObject({ code: "HOST_SIGNATURE_INVALID" });
  });

  it("that leave one out are refused", async () => {
    const fixture = await openLinkFixture();
    const { hostId, identity } = await fixture.addHost(1);
    const agent = new SimulatedAgent({ hostId, identity, dial: memoryWire(fixture.link).dial, stateIntervalMs: 0 });
    await agent.connect();
    const first = agent.next(ack(1));
    agent.sendFrame(identity.report(hostId, agent.boot, 1, state));
    await first;
    const bye = agent.next((frame) => frame.type === "bye");
    agent.sendFrame(identity.report(hostId, agent.boot, 3, state));
    expect(await bye).toMatchObject({ code: "LINK_FRAME_INVALID" });
  });

  it("are sent again by the agent when their commit failed, and nothing of them is kept", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    await agent.connect();
    const hello = agent.next((frame) => frame.type === "desired");
    await hello;
    fixture.seam.onRecord = () => {
      throw new Error("the disk is gone");
    };
    const bye = agent.next((frame) => frame.type === "bye");
    agent.reportState();
    expect(await bye).toMatchObject({ type: "bye", retry: expect.anything() as object });
    expect((await fixture.store.read.selectFrom("hosts").select("sequence").executeTakeFirstOrThrow()).sequence).toBe(0);
    fixture.seam.onRecord = undefined;
    const taken = agent.next(ack(1));
    await agent.connect();
    await taken;
    expect(agent.unacknowledged).toBe(0);
  });

  it("are not written after one that was not, in the same commit or a later one", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    const greeted = agent.next((frame) => frame.type === "desired");
    await agent.connect();
    await greeted;
    let asked = 0;
    fixture.seam.onRecord = () => {
      asked += 1;
      if (asked === 1) throw new Error("a bad moment");
    };
    const bye = agent.next((frame) => frame.type === "bye");
    for (let sent = 0; sent < 50; sent += 1) agent.reportState();
    await bye;
    const again = [agent.next(ack(1)), agent.next(ack(50))];
    await agent.connect();
    expect(agent.received.findLast((frame) => frame.type === "welcome")).toMatchObject({ acknowledgedSequence: 0 });
    await Promise.all(again);
    expect(fixture.seam.recorded.filter((one) => one.observation.kind === "state")).toHaveLength(50);
  });

  it("need a boot of at least the protocol's length", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    await agent.connect();
    const bye = agent.next((frame) => frame.type === "bye");
    agent.sendText(JSON.stringify({ type: "report", boot: newBoot().slice(0, 4), sequence: 1, body: state, signature: "x" }));
    expect(await bye).toMatchObject({ code: "LINK_FRAME_INVALID" });
  });
});
