import { describe, expect, it } from "vitest";
import { CLONE_QUIET_MS, PROBE_MS } from "#main/control-plane/link/presence-board.ts";
import type { HostId } from "#shared/lib/ids.ts";
import { memoryWire } from "#test/builders/memory-wire.ts";
import { fakeClock } from "#test/fakes/clock.ts";
import { SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";
import { openLinkFixture, type LinkFixture } from "./link-fixture.ts";

async function twoMachines(fixture: LinkFixture) {
  const host = await fixture.addHost(1);
  const wires = [memoryWire(fixture.link, "192.0.2.1"), memoryWire(fixture.link, "192.0.2.2")] as const;
  const agents = wires.map(({ dial }) => new SimulatedAgent({ ...host, dial, stateIntervalMs: 0 }));
  return { host, wires, first: agents[0]!, second: agents[1]! };
}

/** Lets what was written before be committed, and reads how the host is shown. */
async function connection(fixture: LinkFixture, hostId: HostId): Promise<string> {
  await fixture.store.hot(() => undefined);
  const row = await fixture.store.read.selectFrom("hosts").select("connection").where("id", "=", hostId).executeTakeFirstOrThrow();
  return row.connection;
}

describe("two live links of one identity", () => {
  it("are shown as cloned; both stop, neither gets documents, goes or commands", async () => {
    const fixture = await openLinkFixture();
    const { host, first, second } = await twoMachines(fixture);
    await first.connect();
    const halts = [first, second].map((agent) => agent.next((frame) => frame.type === "halt"));
    await second.connect();
    for (const halt of await Promise.all(halts)) expect(halt).toMatchObject({ grants: "all" });
    expect(await connection(fixture, host.hostId)).toBe("cloned");
    expect(fixture.seam.changed).toContain(host.hostId);

    const recorded = fixture.seam.recorded.length;
    const taken = second.next((frame) => frame.type === "report-ack");
    second.reportState();
    await taken;
    expect(fixture.seam.recorded).toHaveLength(recorded);
    await fixture.store.write(() => Promise.resolve());
    const audit = await fixture.store.read.selectFrom("auditEntries").select("action").execute();
    expect(audit.map((entry) => entry.action)).toContain("host.cloned");
  });

  it("are one machine again when the other is gone for good", async () => {
    const clock = fakeClock();
    const fixture = await openLinkFixture(clock);
    const { host, first, second } = await twoMachines(fixture);
    await first.connect();
    const halted = second.next((frame) => frame.type === "halt");
    await second.connect();
    await halted;
    first.disconnect();
    expect(await connection(fixture, host.hostId)).toBe("cloned");
    const desired = second.next((frame) => frame.type === "desired");
    clock.advance(CLONE_QUIET_MS);
    await desired;
    expect(await connection(fixture, host.hostId)).toBe("connected");
  });

  it("are not suspected of an agent that comes back while its old connection still looks open", async () => {
    const clock = fakeClock();
    const fixture = await openLinkFixture(clock);
    const { host, wires, first, second } = await twoMachines(fixture);
    await first.connect();
    wires[0].cutCable();
    await second.connect();
    expect(fixture.link.connectedHosts).toBe(1);
    const desired = second.next((frame) => frame.type === "desired");
    clock.advance(PROBE_MS);
    await desired;
    expect(await connection(fixture, host.hostId)).toBe("connected");
  });
});
