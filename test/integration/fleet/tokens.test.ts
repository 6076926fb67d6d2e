import { describe, expect, it } from "vitest";
import { decodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { openFleets } from "#test/builders/open-fleets.ts";

async function aFleet(facts: Parameters<typeof openFleets>[0] = {}) {
  const fleets = await openFleets(facts);
  const fleet = await fleets.client.fleets.create({ name: "production" });
  return { ...fleets, fleet, groupId: fleet.groups[0]!.id };
}

describe("enrolment tokens", () => {
  it("say where to go, whom to expect and which root to trust", async () => {
    const pin = "b".repeat(64);
    const { client, fleet, groupId, clock } = await aFleet({
      urls: () => ["https://a.example", "https://b.example:8443"],
      certificatePin: () => pin,
    });
    const { text, token } = await client.tokens.create({ groupId, label: "rack 4", lifetimeMs: 3_600_000, maxUses: 3 });
    expect(decodeEnrolmentToken(text)).toMatchObject({
      urls: ["https://a.example", "https://b.example:8443"],
      certificatePin: pin,
      fleetId: fleet.id,
      groupId,
      trustRoot: "a".repeat(64),
      expiresAt: clock.now() + 3_600_000,
    });
    expect(token).toMatchObject({ label: "rack 4", maxUses: 3, uses: 0, requiresApproval: false, createdBy: "user:ana" });
  });

  it("come with a command that keeps the secret out of argv", async () => {
    const { client, groupId } = await aFleet();
    const { text, command } = await client.tokens.create({ groupId });
    expect(command).toBe(`printf '%s' '${text}' | rollcall-agent run --token-file - --state /var/lib/rollcall-agent`);
  });

  it("leave their secret in no row, audit entry or event", async () => {
    const { client, groupId, store } = await aFleet();
    const { secret } = decodeEnrolmentToken((await client.tokens.create({ groupId })).text);
    for (const table of ["enrolmentTokens", "auditEntries", "liveEvents"] as const) {
      expect(JSON.stringify(await store.read.selectFrom(table).selectAll().execute()), table).not.toContain(secret);
    }
  });

  it("are listed newest first and revoked once", async () => {
    const { client, groupId, fleet, clock, store } = await aFleet();
    const first = await client.tokens.create({ groupId });
    clock.advance(1000);
    const second = await client.tokens.create({ groupId });
    expect((await client.tokens.list({ fleetId: fleet.id })).map((token) => token.id)).toEqual([second.token.id, first.token.id]);
    const revoked = await client.tokens.revoke({ enrolmentTokenId: first.token.id });
    clock.advance(1000);
    expect(await client.tokens.revoke({ enrolmentTokenId: first.token.id })).toEqual(revoked);
    const entries = await store.read.selectFrom("auditEntries").select("action").where("action", "=", "token.revoked").execute();
    expect(entries).toHaveLength(1);
  });

  it("are not made while hosts could not find the control plane", async () => {
    const { client, groupId } = await aFleet({ urls: () => [] });
    await expect(client.tokens.create({ groupId })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
  });
});
