import { describe, expect, it } from "vitest";
import { ENROL_CLOCK_TOLERANCE_MS } from "#shared/domain/fleet/enrolment-verdict.ts";
import { decodeEnrolmentToken, enrolResponse } from "#shared/protocol/enrolment.ts";
import { aHostKey } from "#test/builders/a-host-key.ts";
import { openFleets, type TestFleets } from "#test/builders/open-fleets.ts";

type TokenInput = Parameters<TestFleets["client"]["tokens"]["create"]>[0];

async function withToken(change: Partial<TokenInput> = {}) {
  const fleets = await openFleets();
  const fleet = await fleets.client.fleets.create({ name: "production" });
  const group = fleet.groups[0]!;
  const issued = await fleets.client.tokens.create({ groupId: group.id, ...change });
  const { secret } = decodeEnrolmentToken(issued.text);
  const enrol = (key = aHostKey(), request: Partial<Parameters<typeof key.enrolRequest>[0]> = {}) =>
    fleets.enrolment.enrol(key.enrolRequest({ secret, at: fleets.clock.now(), ...request }), "192.0.2.7");
  const uses = async () => (await fleets.client.tokens.list({ fleetId: fleet.id }))[0]!.uses;
  return { ...fleets, fleet, group, issued, secret, enrol, uses };
}

describe("enrolment", () => {
  it("makes an active host in the token's group, audited, with the first line of its timeline", async () => {
    const { enrol, client, group, store } = await withToken();
    const answer = await enrol();
    expect(enrolResponse.parse(answer)).toMatchObject({ state: "active", trustRoot: btoa('{"root":1}') });
    const detail = await client.hosts.get({ hostId: answer.hostId });
    expect(detail.host).toMatchObject({ name: "web-1", groupId: group.id, state: "active", facts: { platform: "linux/amd64" } });
    expect((await client.hosts.timeline({ hostId: answer.hostId })).map((line) => line.kind)).toEqual(["enrolled"]);
    const entry = await store.read.selectFrom("auditEntries").selectAll().where("action", "=", "host.enrolled").executeTakeFirstOrThrow();
    expect(entry.actor).toBe(`host:${answer.hostId}`);
    expect(JSON.parse(entry.details)).toMatchObject({ name: "web-1", remote: "192.0.2.7" });
  });

  it("lets exactly ten of a hundred hosts in at once on a token for ten", async () => {
    const { enrol, client, fleet, uses } = await withToken({ maxUses: 10 });
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => enrol(aHostKey(), { name: `host-${index}` })));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(10);
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [(outcome.reason as { code: string }).code] : []));
    expect(refused).toEqual(Array.from({ length: 90 }, () => "ENROL_TOKEN_USED_UP"));
    expect(await uses()).toBe(10);
    expect((await client.hosts.list({ fleetId: fleet.id })).total).toBe(10);
  });

  it("answers the same host to a hundred retries with one key, and counts one use", async () => {
    const { enrol, uses, clock } = await withToken();
    const key = aHostKey();
    const answers = await Promise.all(Array.from({ length: 100 }, () => enrol(key)));
    expect(new Set(answers.map((answer) => answer.hostId)).size).toBe(1);
    clock.advance(25 * 3_600_000);
    expect((await enrol(key)).hostId).toBe(answers[0]!.hostId);
    expect(await uses()).toBe(1);
  });

  it("keeps the host pending when the token asks for approval", async () => {
    const { enrol, client, rollouts } = await withToken({ requiresApproval: true });
    const key = aHostKey();
    const { hostId, state } = await enrol(key);
    expect(state).toBe("pending");
    expect((await client.hosts.get({ hostId })).host).toMatchObject({ state: "pending", status: "paused" });
    expect((await client.hosts.approve({ hostId })).state).toBe("active");
    expect(rollouts.changedHosts).toEqual([hostId]);
    expect(await enrol(key)).toMatchObject({ hostId, state: "active" });
  });
});

describe("enrolment refuses", () => {
  it("an unknown, a revoked, an expired and a used-up token, each with its own code", async () => {
    const { enrol, client, issued, clock } = await withToken({ lifetimeMs: 60_000 });
    await expect(enrol(aHostKey(), { secret: "A".repeat(43) })).rejects.toMatchObject({ code: "ENROL_TOKEN_UNKNOWN" });
    await enrol();
    await expect(enrol()).rejects.toMatchObject({ code: "ENROL_TOKEN_USED_UP" });
    clock.advance(60_000);
    await expect(enrol()).rejects.toMatchObject({ code: "ENROL_TOKEN_EXPIRED" });
    await client.tokens.revoke({ enrolmentTokenId: issued.token.id });
    await expect(enrol()).rejects.toMatchObject({ code: "ENROL_TOKEN_REVOKED" });
  });

  it("a request that its key has not signed, and registers nothing", async () => {
    const { enrol, uses, client } = await withToken();
    const forged = aHostKey().enrolRequest({ secret: "x", at: 0 }).signature;
    for (const signature of [forged, "A".repeat(86)]) {
      await expect(enrol(aHostKey(), { signature })).rejects.toMatchObject({ code: "HOST_SIGNATURE_INVALID" });
    }
    await expect(
      enrol({ ...aHostKey(), enrolRequest: (change) => ({ ...aHostKey().enrolRequest(change), name: "other" }) }),
    ).rejects.toMatchObject({
      code: "HOST_SIGNATURE_INVALID",
    });
    expect(await uses()).toBe(0);
    expect((await client.hosts.list({})).total).toBe(0);
  });

  it("a host whose clock is far off, and says by how much", async () => {
    const { enrol, clock } = await withToken();
    const at = clock.now() - 3 * ENROL_CLOCK_TOLERANCE_MS;
    await expect(enrol(aHostKey(), { at })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("3 h behind"),
    });
  });

  it("the key of a revoked host, and a key of another fleet", async () => {
    const { enrol, client } = await withToken({ maxUses: 5 });
    const key = aHostKey();
    const { hostId } = await enrol(key);
    const other = await client.fleets.create({ name: "lab" });
    const lab = await client.tokens.create({ groupId: other.groups[0]!.id });
    await expect(enrol(key, { secret: decodeEnrolmentToken(lab.text).secret })).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
    await client.hosts.revoke({ hostId, reason: "stolen" });
    await expect(enrol(key)).rejects.toMatchObject({ code: "HOST_REVOKED" });
  });
});
