import { describe, expect, it } from "vitest";
import { applicationId } from "#shared/lib/ids.ts";
import type { CommandOrder } from "#main/control-plane/link/command-courier.ts";
import type { ControlFrame } from "#shared/protocol/control-frames.ts";
import { uuidOf } from "#test/builders/rollout-facts.ts";
import type { SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";
import { FLEET, openLinkFixture, type LinkFixture } from "./link-fixture.ts";

const order = (agent: SimulatedAgent, ttlMs = 60_000): CommandOrder => ({
  hostId: agent.hostId,
  fleetId: FLEET,
  body: { kind: "restart", applicationId: applicationId.parse(uuidOf(9, 1)) },
  ttlMs,
  actor: "user:ana",
});
const isCommand = (frame: ControlFrame) => frame.type === "command";
const issue = (fixture: LinkFixture, ...orders: CommandOrder[]) => fixture.store.write((unit) => fixture.link.commands.issue(unit, orders));
const row = (fixture: LinkFixture) => fixture.store.read.selectFrom("commands").selectAll().executeTakeFirstOrThrow();

/** Resolves with the first committed live event of this topic. */
function committed(fixture: LinkFixture, topic: string): Promise<void> {
  return new Promise((settle) => {
    const stop = fixture.store.onCommitted((events) => {
      if (!events.some(({ event }) => event.topic === topic)) return;
      stop();
      settle();
    });
  });
}

describe("commands", () => {
  it("are rows before they are frames, and keep how they ended", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    const open = agent.next((frame) => frame.type === "desired");
    await agent.connect();
    await open;
    const [sent, finished] = [agent.next(isCommand), committed(fixture, "command.finished")];
    const [id] = await issue(fixture, order(agent));
    expect(await sent).toMatchObject({ commandId: id, body: { kind: "restart" } });
    await finished;
    expect(await row(fixture)).toMatchObject({ id, outcome: "done", message: "restart done", createdBy: "user:ana" });
    expect((await row(fixture)).acknowledgedAt).not.toBeNull();
  });

  it("are sent again on every connection until the host has them", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    const [id] = await issue(fixture, order(agent));
    const [first, acknowledged] = [agent.next(isCommand), committed(fixture, "command.acknowledged")];
    await agent.connect();
    expect(await first).toMatchObject({ commandId: id });
    await acknowledged;
    agent.disconnect();
    const greeted = agent.next((frame) => frame.type === "desired");
    await agent.connect();
    await greeted;
    expect(agent.received.filter(isCommand)).toHaveLength(1);
  });

  it("are not carried out after their time, and say so", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    await issue(fixture, order(agent, 0));
    const greeted = agent.next((frame) => frame.type === "desired");
    await agent.connect();
    await greeted;
    expect(agent.received.filter(isCommand)).toEqual([]);
    await fixture.link.commands.expireDue();
    expect(await row(fixture)).toMatchObject({ outcome: "expired" });
  });

  it("of another host cannot be acknowledged or ended", async () => {
    const fixture = await openLinkFixture();
    const [owner, other] = [await fixture.agent(1), await fixture.agent(2)];
    const [id] = await issue(fixture, order(owner));
    await other.connect();
    const taken = other.next((frame) => frame.type === "report-ack");
    other.sendFrame({ type: "ack", of: "command", commandId: id! });
    other.report({ kind: "command", at: 0, commandId: id!, outcome: "failed", message: "" });
    await taken;
    expect(await row(fixture)).toMatchObject({ acknowledgedAt: null, finishedAt: null });
  });

  it("reach a thousand connected hosts, each once", async () => {
    const fixture = await openLinkFixture();
    const agents = await Promise.all(Array.from({ length: 1000 }, (_, index) => fixture.agent(index)));
    await Promise.all(agents.map((agent) => Promise.all([agent.next((frame) => frame.type === "desired"), agent.connect()])));
    expect(fixture.link.connectedHosts).toBe(1000);
    const all = Promise.all(agents.map((agent) => agent.next((frame) => frame.type === "report-ack")));
    await issue(fixture, ...agents.map((agent) => order(agent)));
    await all;
    const ended = await fixture.store.read.selectFrom("commands").select("outcome").execute();
    expect(ended.filter((one) => one.outcome === "done")).toHaveLength(1000);
  });
});
