import { describe, expect, it } from "vitest";
import { HANDSHAKE_MS } from "#main/control-plane/link/link-session.ts";
import { LINK_CLOSE, MAX_FRAME_BYTES } from "#shared/protocol/limits.ts";
import { memoryWire } from "#test/builders/memory-wire.ts";
import { fakeClock } from "#test/fakes/clock.ts";
import { AgentIdentity, newBoot } from "#test/simulation/fleet/agent-identity.ts";
import { SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";
import { openLinkFixture, type LinkFixture } from "./link-fixture.ts";

/** Everything the control plane says to somebody who sends these texts after the challenge. */
async function say(fixture: LinkFixture, texts: (nonce: string) => readonly string[]) {
  const heard: { readonly type: string; readonly code?: string }[] = [];
  const closed = new Promise<number>((settle) => {
    memoryWire(fixture.link).dial({
      opened: (wire) =>
        queueMicrotask(() => {
          const challenge = heard[0] as { nonce: string } | undefined;
          for (const text of texts(challenge?.nonce ?? "")) wire.send(text);
        }),
      frame: (text) => void heard.push(JSON.parse(text) as { type: string }),
      closed: settle,
    });
  });
  return { closeCode: await closed, heard };
}

describe("opening a link", () => {
  it("welcomes an active host that proves its key, and shows it as connected with its facts", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1, { facts: { hostname: "edge-1" } });
    const desired = agent.next((frame) => frame.type === "desired");
    await agent.connect();
    await desired;
    const row = await fixture.store.read.selectFrom("hosts").selectAll().where("id", "=", agent.hostId).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ connection: "connected", platform: "linux/amd64" });
    expect(row.facts).toContain("edge-1");
    expect(fixture.seam.observedHosts).toEqual([agent.hostId]);
    expect(fixture.seam.changed).toEqual([]);
    expect(await fixture.link.hostOfAccessToken(agent.accessToken)).toMatchObject({ hostId: agent.hostId });
  });

  it("refuses a host with another key, and shows the attempt on the host's timeline and in the audit", async () => {
    const fixture = await openLinkFixture();
    const { hostId, identity } = await fixture.addHost(1);
    const impostor = new AgentIdentity();
    const { closeCode, heard } = await say(fixture, (nonce) => [
      JSON.stringify({ ...impostor.proof(hostId, nonce, newBoot()), publicKey: identity.publicKey }),
    ]);
    expect(closeCode).toBe(LINK_CLOSE.unauthenticated);
    expect(heard.at(-1)).toMatchObject({ type: "bye", code: "HOST_SIGNATURE_INVALID" });
    await fixture.store.write(() => Promise.resolve());
    const audit = await fixture.store.read.selectFrom("auditEntries").selectAll().execute();
    expect(audit).toMatchObject([{ action: "link.refused", subject: `host:${hostId}` }]);
    expect(await fixture.store.read.selectFrom("hostEvents").selectAll().execute()).toMatchObject([{ kind: "refused" }]);
  });

  it("tells a stranger the same as a forger, and records nothing", async () => {
    const fixture = await openLinkFixture();
    const stranger = new SimulatedAgent({
      hostId: (await fixture.addHost(1)).hostId,
      identity: new AgentIdentity(),
      dial: memoryWire(fixture.link).dial,
    });
    await expect(stranger.connect()).rejects.toThrow("HOST_SIGNATURE_INVALID");
    expect(await fixture.store.read.selectFrom("auditEntries").selectAll().execute()).toEqual([]);
  });

  it("refuses a revoked host without inviting it back, and a pending one with a time to ask again", async () => {
    const fixture = await openLinkFixture();
    const dial = memoryWire(fixture.link).dial;
    const revoked = new SimulatedAgent({ ...(await fixture.addHost(1, "revoked")), dial });
    await expect(revoked.connect()).rejects.toThrow("HOST_REVOKED");
    expect(revoked.received.at(-1)).not.toHaveProperty("retry");
    const pending = new SimulatedAgent({ ...(await fixture.addHost(2, "pending")), dial });
    await expect(pending.connect()).rejects.toThrow("HOST_PENDING_APPROVAL");
    expect(pending.received.at(-1)).toHaveProperty("retry");
  });

  it("takes one proof per nonce, right or wrong", async () => {
    const fixture = await openLinkFixture();
    const { hostId, identity } = await fixture.addHost(1);
    const { heard } = await say(fixture, (nonce) => [
      JSON.stringify({ ...identity.proof(hostId, `${nonce}x`, newBoot()) }),
      JSON.stringify(identity.proof(hostId, nonce, newBoot())),
    ]);
    expect(heard.map((frame) => frame.type)).toEqual(["challenge", "bye"]);
  });

  it("refuses a proof made for another nonce", async () => {
    const fixture = await openLinkFixture();
    const { hostId, identity } = await fixture.addHost(1);
    const overheard = JSON.stringify(identity.proof(hostId, "n".repeat(43), newBoot()));
    expect((await say(fixture, () => [overheard])).heard.at(-1)).toMatchObject({ code: "HOST_SIGNATURE_INVALID" });
  });

  it.each([
    ["malformed JSON", "{", "LINK_FRAME_INVALID", LINK_CLOSE.badFrame],
    ["an unknown frame", '{"type":"sudo"}', "LINK_FRAME_INVALID", LINK_CLOSE.badFrame],
    ["a frame before the proof", '{"type":"hello","applications":[]}', "LINK_FRAME_INVALID", LINK_CLOSE.badFrame],
    ["an oversized frame", JSON.stringify("x".repeat(MAX_FRAME_BYTES)), "LINK_FRAME_TOO_LARGE", LINK_CLOSE.tooLarge],
  ])("closes on %s with a code", async (_what, text, code, closeCode) => {
    const fixture = await openLinkFixture();
    const said = await say(fixture, () => [text]);
    expect(said.closeCode).toBe(closeCode);
    expect(said.heard.at(-1)).toMatchObject({ type: "bye", code });
  });

  it("says which protocol versions it serves to an agent that speaks another", async () => {
    const fixture = await openLinkFixture();
    const { hostId, identity } = await fixture.addHost(1);
    const said = await say(fixture, (nonce) => [JSON.stringify({ ...identity.proof(hostId, nonce, newBoot()), v: 99 })]);
    expect(said.closeCode).toBe(LINK_CLOSE.unsupported);
    expect(said.heard.at(-1)).toMatchObject({ code: "LINK_PROTOCOL_UNSUPPORTED" });
  });

  it("closes a link that is not opened in time", async () => {
    const clock = fakeClock();
    const fixture = await openLinkFixture(clock);
    const said = say(fixture, () => []);
    await Promise.resolve();
    clock.advance(HANDSHAKE_MS);
    expect((await said).heard.at(-1)).toMatchObject({ type: "bye", code: "REMOTE_TIMEOUT" });
  });

  it("takes back after a kill what the killed process had written as connected", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    await agent.connect();
    await fixture.store.hot(() => undefined);
    await fixture.restartLink();
    const row = await fixture.store.read.selectFrom("hosts").select("connection").executeTakeFirstOrThrow();
    expect(row.connection).toBe("disconnected");
  });

  it("cuts a connected host off when it is revoked", async () => {
    const fixture = await openLinkFixture();
    const agent = await fixture.agent(1);
    await agent.connect();
    const bye = agent.next((frame) => frame.type === "bye");
    await fixture.store.write(async (unit) => {
      await unit.db.updateTable("hosts").set({ state: "revoked" }).execute();
      unit.emit({ topic: "host.revoked", ids: { hostId: agent.hostId }, fleetId: "f" });
    });
    expect(await bye).toMatchObject({ code: "HOST_REVOKED" });
    expect(await fixture.link.hostOfAccessToken(agent.accessToken)).toBeUndefined();
  });
});
