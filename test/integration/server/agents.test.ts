import { WebSocket } from "ws";
import { describe, expect, it } from "vitest";
import { AGENT_PATHS, LINK_CLOSE, MAX_FRAME_BYTES } from "#shared/protocol/limits.ts";
import { decodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import type { CommandId } from "#shared/lib/ids.ts";
import { applicationId, fleetId } from "#shared/lib/ids.ts";
import { uuidOf } from "#test/builders/rollout-facts.ts";
import { AgentIdentity } from "#test/simulation/fleet/agent-identity.ts";
import { SIMULATED_FACTS, type SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";
import { jsonPost, startFixture, type ServerFixture } from "./server-fixture.ts";

const settled = (agent: SimulatedAgent) => Promise.all([agent.next((frame) => frame.type === "desired"), agent.connect()]);

function restart(fixture: ServerFixture, agents: readonly SimulatedAgent[]): Promise<readonly CommandId[]> {
  const { store, hosts } = fixture.server.opened.plane;
  const body = { kind: "restart", applicationId: applicationId.parse(uuidOf(9, 1)) } as const;
  const orders = agents.map(({ hostId }) => ({ hostId, fleetId: fleetId.parse(uuidOf(9, 2)), body, ttlMs: 60_000, actor: "user:ana" }));
  return store.write((unit) => hosts.link.commands.issue(unit, orders));
}

describe("enrolling", () => {
  const enrol = (fixture: ServerFixture, secret: string, change: object = {}) => {
    const request = new AgentIdentity().enrolRequest({ secret, name: "edge-1", facts: SIMULATED_FACTS, at: Date.now() });
    return fixture.send(AGENT_PATHS.enrol, jsonPost({ ...request, ...change }));
  };
  const makeToken = async ({ client }: ServerFixture, options: { maxUses?: number; lifetimeMs?: number } = {}) => {
    const fleet = await client.fleets.create({ name: "Lab", groups: ["everyone"] });
    const { token, text } = await client.tokens.create({ groupId: fleet.groups[0]!.id, ...options });
    return { token, secret: decodeEnrolmentToken(text).secret };
  };

  it("answers with the host's id and the root of trust, once per use", async () => {
    const fixture = await startFixture();
    const { secret } = await makeToken(fixture);
    const answer = await enrol(fixture, secret);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      state: "active",
      trustRoot: expect.stringMatching(/^[A-Za-z0-9+/=]{100,}$/) as string,
    });
    const again = await enrol(fixture, secret);
    expect(again.status).toBe(401);
    expect(JSON.parse(again.body)).toMatchObject({ code: "ENROL_TOKEN_USED_UP" });
  });

  it("is refused with an unknown, a revoked and a wrongly signed token request, each with its code", async () => {
    const fixture = await startFixture();
    const { token, secret } = await makeToken(fixture, { maxUses: 5 });
    const codes = async (answer: ReturnType<typeof enrol>) => (JSON.parse((await answer).body) as { code: string }).code;
    expect(await codes(enrol(fixture, "x".repeat(43)))).toBe("ENROL_TOKEN_UNKNOWN");
    expect(await codes(enrol(fixture, secret, { name: "another" }))).toBe("HOST_SIGNATURE_INVALID");
    expect(await codes(enrol(fixture, secret, { name: "../../etc" }))).toBe("HOST_SIGNATURE_INVALID");
    expect(await codes(enrol(fixture, secret, { facts: {} }))).toBe("INPUT_INVALID");
    await fixture.client.tokens.revoke({ enrolmentTokenId: token.id });
    expect(await codes(enrol(fixture, secret))).toBe("ENROL_TOKEN_REVOKED");
  });

  it("slows down who guesses tokens, and nobody else", async () => {
    const fixture = await startFixture();
    const { secret } = await makeToken(fixture, { maxUses: 100 });
    for (let host = 0; host < 30; host += 1) expect((await enrol(fixture, secret)).status).toBe(200);
    for (let guess = 0; guess < 20; guess += 1) await enrol(fixture, "x".repeat(43));
    expect((await enrol(fixture, secret)).status).toBe(429);
  });
});

describe("the link over a WebSocket", () => {
  it("connects, reports and shows the host as connected", async () => {
    const fixture = await startFixture();
    const [agent] = await fixture.agents(1);
    await settled(agent!);
    const acknowledged = agent!.next((frame) => frame.type === "report-ack");
    agent!.reportState();
    await acknowledged;
    expect((await fixture.client.hosts.list({})).rows).toMatchObject([{ connection: "connected", facts: { hostname: "simulated" } }]);
    expect((await fixture.client.system.status()).agents).toEqual({ connected: 1, enrolled: 1 });
  });

  it.each([
    ["an oversized frame", (agent: SimulatedAgent) => agent.sendText(" ".repeat(MAX_FRAME_BYTES + 1)), "LINK_FRAME_TOO_LARGE"],
    ["malformed JSON", (agent: SimulatedAgent) => agent.sendText("{"), "LINK_FRAME_INVALID"],
  ])("is closed on %s, which stands on the host's timeline", async (_what, misbehave, code) => {
    const fixture = await startFixture();
    const [agent] = await fixture.agents(1);
    await settled(agent!);
    const bye = agent!.next((frame) => frame.type === "bye");
    misbehave(agent!);
    expect(await bye).toMatchObject({ code });
    await fixture.server.opened.plane.store.write(() => Promise.resolve());
    const timeline = await fixture.client.hosts.timeline({ hostId: agent!.hostId });
    expect(timeline.find((event) => event.kind === "refused")).toMatchObject({ details: { code } });
  });

  it("does not even take in a frame that is far too large", async () => {
    const { origin } = await startFixture();
    const socket = new WebSocket(origin.replace("http", "ws") + AGENT_PATHS.link);
    await new Promise((settle) => socket.once("message", settle));
    const closed = new Promise<number>((settle) => socket.once("close", settle));
    socket.send("x".repeat(4 * MAX_FRAME_BYTES), () => undefined);
    socket.on("error", () => undefined);
    expect([LINK_CLOSE.tooLarge, 1009, 1006]).toContain(await closed);
  });

  it.each([
    ["a page of a browser", { origin: "https://evil.example" }],
    ["another name", { headers: { host: "evil.example" } }],
  ])("is not opened for %s", async (_what, options) => {
    const { origin } = await startFixture();
    const socket = new WebSocket(origin.replace("http", "ws") + AGENT_PATHS.link, options);
    const failure = await new Promise<Error>((settle) => socket.once("error", settle));
    expect(failure.message).toContain("403");
  });

  it("is closed when its host is revoked, which is not welcome any more", async () => {
    const fixture = await startFixture();
    const [agent] = await fixture.agents(1);
    await settled(agent!);
    const bye = agent!.next((frame) => frame.type === "bye");
    await fixture.client.hosts.revoke({ hostId: agent!.hostId, reason: "stolen" });
    expect(await bye).toMatchObject({ code: "HOST_REVOKED" });
    await expect(agent!.connect()).rejects.toThrow("HOST_REVOKED");
  });

  it("is shown as cloned while two machines hold one identity, and people read why", async () => {
    const fixture = await startFixture();
    const [agent] = await fixture.agents(1);
    const twin = agent!.twin();
    await settled(agent!);
    const halts = [agent!, twin].map((one) => one.next((frame) => frame.type === "halt"));
    await twin.connect();
    await Promise.all(halts);
    await fixture.server.opened.plane.store.write(() => Promise.resolve());
    expect((await fixture.client.hosts.list({})).rows).toMatchObject([{ connection: "cloned" }]);
    const timeline = await fixture.client.hosts.timeline({ hostId: agent!.hostId });
    expect(timeline.find((event) => event.kind === "cloned")).toMatchObject({ details: { code: "HOST_CLONED" } });
  });

  it("ends with a time to come back when the server stops", async () => {
    const fixture = await startFixture();
    const [agent] = await fixture.agents(1);
    await settled(agent!);
    const bye = agent!.next((frame) => frame.type === "bye");
    await fixture.server.stop();
    expect(await bye).toMatchObject({ retry: { fromMs: expect.any(Number) as number } });
  });

  it("brings a command to a host that was away, and to a thousand that are there", { timeout: 180_000 }, async () => {
    const fixture = await startFixture();
    const agents = await fixture.agents(1000);
    const [away, ...present] = agents;
    await Promise.all(present.map(settled));
    expect((await fixture.client.system.status()).agents.connected).toBe(999);
    const done = Promise.all(present.map((agent) => agent.next((frame) => frame.type === "report-ack")));
    await restart(fixture, agents);
    await done;
    const late = away!.next((frame) => frame.type === "report-ack");
    await away!.connect();
    await late;
    const rows = await fixture.server.opened.plane.store.read.selectFrom("commands").select("outcome").execute();
    expect(rows.filter((row) => row.outcome === "done")).toHaveLength(1000);
  });
});

describe("the long-poll fallback over HTTP", () => {
  it("opens a session with a challenge, and refuses what is no request of ours", async () => {
    const { send } = await startFixture();
    const opened = await send(AGENT_PATHS.poll, jsonPost({ v: 1, frames: [] }));
    expect(JSON.parse(opened.body)).toMatchObject({ frames: [{ type: "challenge" }] });
    const unknown = await send(AGENT_PATHS.poll, jsonPost({ v: 1, sessionId: "x".repeat(43), frames: [] }));
    expect([unknown.status, JSON.parse(unknown.body)]).toMatchObject([401, { code: "TRANSPORT_CLOSED" }]);
    for (const body of [{}, { v: 1, frames: [{ type: "sudo" }] }, { v: 2, frames: [] }]) {
      expect(JSON.parse((await send(AGENT_PATHS.poll, jsonPost(body))).body)).toMatchObject({ code: "INPUT_INVALID" });
    }
  });
});

describe("what hosts may read", () => {
  it("is the trust metadata for active hosts, and nothing of the store that is not theirs", async () => {
    const fixture = await startFixture();
    const [agent] = await fixture.agents(1);
    await settled(agent!);
    const headers = { authorization: `Bearer ${agent!.accessToken}` };
    const root = `${AGENT_PATHS.trustMetadata}/timestamp.json`;
    expect((await fixture.send(root, { headers })).status).toBe(200);
    expect((await fixture.send(root)).status).toBe(401);
    const blob = `/v2/org.example.web/blobs/sha256:${"a".repeat(64)}`;
    expect((await fixture.send(blob, { headers })).status).toBe(403);
    await fixture.client.hosts.revoke({ hostId: agent!.hostId, reason: "stolen" });
    expect((await fixture.send(root, { headers })).status).toBe(401);
  });

  it("is never the API of people", async () => {
    const fixture = await startFixture();
    const [agent] = await fixture.agents(1);
    await settled(agent!);
    const answer = await fixture.send("/api/v1/hosts", { headers: { authorization: `Bearer ${agent!.accessToken}` } });
    expect(answer.status).toBe(401);
  });
});
