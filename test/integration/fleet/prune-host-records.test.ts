import { describe, expect, it } from "vitest";
import { addHosts } from "#test/builders/host-rows.ts";
import { openFleets, RETENTION_MS } from "#test/builders/open-fleets.ts";

describe("records about hosts", () => {
  it("are forgotten after the retention, however many there are, and not before; open commands stay", async () => {
    const { client, store, clock, prune } = await openFleets();
    const fleet = await client.fleets.create({ name: "production" });
    const [hostId] = await addHosts(store, fleet.groups[0]!, [{ name: "a" }], clock.now());
    const line = { hostId: hostId!, at: clock.now(), kind: "probe", applicationId: null, releaseId: null, message: "", details: "{}" };
    const command = (id: string, finishedAt: number | null) => ({
      id,
      hostId: hostId!,
      body: "{}",
      createdAt: 0,
      createdBy: "user:ana",
      expiresAt: 0,
      finishedAt,
    });
    await store.write(async ({ db, now }) => {
      for (let part = 0; part < 5; part += 1)
        await db
          .insertInto("hostEvents")
          .values(Array.from({ length: 1000 }, () => line))
          .execute();
      await db
        .insertInto("commands")
        .values([command("ended", now), command("open", null)])
        .execute();
    });
    clock.advance(RETENTION_MS);
    await client.hosts.setLabels({ hostId: hostId!, revision: 0, labels: {} });
    await prune();
    expect(await store.read.selectFrom("hostEvents").select("id").execute()).toHaveLength(5001);
    clock.advance(1);
    await prune();
    expect(await store.read.selectFrom("hostEvents").select("kind").execute()).toEqual([{ kind: "labelled" }]);
    expect(await store.read.selectFrom("commands").select("id").execute()).toEqual([{ id: "open" }]);
  });
});
