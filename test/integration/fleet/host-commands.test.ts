import { describe, expect, it } from "vitest";
import { addApplication, addRelease } from "#test/builders/catalogue-rows.ts";
import { addHosts } from "#test/builders/host-rows.ts";
import { openFleets } from "#test/builders/open-fleets.ts";
import { addSubscription } from "#test/builders/subscription-rows.ts";

async function aHost(state: "active" | "pending" = "active") {
  const fleets = await openFleets();
  const fleet = await fleets.client.fleets.create({ name: "production" });
  const [group] = fleet.groups;
  const [hostId] = await addHosts(fleets.store, group!, [{ name: "web-1", state }], fleets.clock.now());
  const applicationId = await addApplication(fleets.store);
  const releaseId = await addRelease(fleets.store, applicationId, "1.0.0");
  await addSubscription(fleets.store, { groupId: group!.id, applicationId });
  return { ...fleets, hostId: hostId!, applicationId, releaseId };
}

describe("commands to a host", () => {
  it("are issued once however often they are asked for, until they end", async () => {
    const { client, hostId, applicationId, link, clock, store } = await aHost();
    const asked = await Promise.all(Array.from({ length: 20 }, () => client.hosts.restart({ hostId, applicationId })));
    expect(new Set(asked.map((one) => one.commandId)).size).toBe(1);
    expect(link.issued).toMatchObject([{ hostId, body: { kind: "restart", applicationId }, ttlMs: 600_000, actor: "user:ana" }]);
    await client.hosts.collectLogs({ hostId, applicationId });
    expect(link.issued).toHaveLength(2);
    clock.advance(600_000);
    await client.hosts.restart({ hostId, applicationId });
    expect(link.issued).toHaveLength(3);
    const entries = await store.read.selectFrom("auditEntries").select("details").where("action", "=", "command.issued").execute();
    expect(entries.map((entry) => (JSON.parse(entry.details) as { command: string }).command)).toEqual([
      "restart",
      "collect-logs",
      "restart",
    ]);
  });

  it("stand in the host's timeline with who and why", async () => {
    const { client, hostId, applicationId } = await aHost();
    await client.hosts.restart({ hostId, applicationId, reason: "memory leak" });
    const [line] = await client.hosts.timeline({ hostId });
    expect(line).toMatchObject({ kind: "issued", applicationId, message: "Restart of web ordered by user:ana. Reason: memory leak" });
  });

  it("are not given to a pending host, nor for an application that it does not have", async () => {
    const pending = await aHost("pending");
    await expect(pending.client.hosts.restart({ hostId: pending.hostId, applicationId: pending.applicationId })).rejects.toMatchObject({
      code: "HOST_PENDING_APPROVAL",
    });
    const active = await aHost();
    const foreign = await addApplication(active.store, "foreign");
    await expect(active.client.hosts.restart({ hostId: active.hostId, applicationId: foreign })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("lift a quarantine only where there is one", async () => {
    const { client, hostId, applicationId, releaseId, store, link } = await aHost();
    const order = { hostId, applicationId, releaseId, reason: "fixed the disk" };
    await expect(client.hosts.liftQuarantine(order)).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    const row = { hostId, applicationId, releaseId, digest: "d".repeat(64), reason: "exit", at: 0, expiresAt: null };
    await store.write((unit) => unit.db.insertInto("hostQuarantines").values(row).execute());
    await client.hosts.liftQuarantine(order);
    expect(link.issued).toMatchObject([{ body: { kind: "lift-quarantine", applicationId, releaseId }, ttlMs: 86_400_000 }]);
  });
});
