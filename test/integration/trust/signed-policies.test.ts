import { describe, expect, it } from "vitest";
import { fleetId } from "#shared/lib/ids.ts";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import { anOperator } from "#test/builders/an-operator.ts";
import { ANA, RolloutWorld } from "#test/builders/rollout-world.ts";
import { ASKER, PRODUCT, TrustFixture } from "./trust-fixture.ts";

const POLICY = `${PRODUCT}/policy.json`;

async function minimumOf(fixture: TrustFixture): Promise<string | null> {
  const row = await fixture.store.read
    .selectFrom("applications")
    .select("minimumVersion")
    .where("productId", "=", PRODUCT)
    .executeTakeFirst();
  return row?.minimumVersion ?? null;
}

describe("a signed minimum version", () => {
  it("is a target of the application's own role, shown in the status and kept over a restart", async () => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    const { applicationId } = await fixture.subject("1.0.0");
    await fixture.change({ kind: "minimum", applicationId, version: "1.0.0" });
    expect(JSON.parse((await fixture.verifiedTarget(POLICY)) ?? "")).toEqual({ schema: 1, productId: PRODUCT, minimumVersion: "1.0.0" });
    await fixture.store.write((unit) => unit.db.updateTable("applications").set({ minimumVersion: "0.0.1" }).execute());
    fixture.opened = await fixture.reopen();
    expect(await minimumOf(fixture)).toBe("1.0.0");
    expect((await fixture.trust.status()).minimumVersions).toEqual([{ applicationId, productId: PRODUCT, version: "1.0.0" }]);
    await fixture.publish("1.1.0");
    expect(JSON.parse((await fixture.verifiedTarget(POLICY)) ?? "")).toMatchObject({ minimumVersion: "1.0.0" });
  });

  it("refuses a release below it, may come before the first release, and can be lifted", async () => {
    const fixture = await TrustFixture.open();
    const { applicationId } = await fixture.subject("2.0.0");
    await fixture.change({ kind: "minimum", applicationId, version: "2.0.0" });
    await expect(fixture.publish("1.9.9")).rejects.toMatchObject({ code: "TRUST_BELOW_MINIMUM" });
    await fixture.publish("2.0.0");
    await expect(fixture.trust.prepare(ASKER, { kind: "minimum", applicationId, version: "2.0.0" })).rejects.toMatchObject({
      code: "CONFLICT_STATE",
    });
    await fixture.change({ kind: "minimum", applicationId, version: null });
    await fixture.publish("1.9.9");
    expect(await fixture.verifiedTarget(POLICY)).toBeUndefined();
    expect(await fixture.verified("1.9.9")).toContain("1.9.9");
  });

  it("is signed by the operators once they hold the keys", async () => {
    const fixture = await TrustFixture.open();
    const [ana, safe] = [anOperator("ana"), anOperator("safe", "recovery")];
    await fixture.publish("1.0.0");
    await fixture.change({ kind: "quorum", quorum: { threshold: 1, keys: [ana.key, safe.key] } }, [ana]);
    const { applicationId } = await fixture.subject("1.0.0");
    const request = await fixture.trust.prepare(ASKER, { kind: "minimum", applicationId, version: "1.0.0" });
    const file = await fixture.trust.exportRequest(request.id, "test");
    expect(file.attachments.map(({ path, bytes }) => [path, Buffer.from(bytes, "base64").toString()])).toEqual([
      [POLICY, `{"minimumVersion":"1.0.0","productId":"${PRODUCT}","schema":1}`],
    ]);
    expect(await minimumOf(fixture)).toBeNull();
    await fixture.sign(request.id, ana);
    expect(await minimumOf(fixture)).toBe("1.0.0");
  });

  it("stops rollouts and rollbacks to what lies below it, and holds hosts", async () => {
    const world = await RolloutWorld.open({ groups: [1] });
    await world.startRollout(await world.addRelease("1.1.0"));
    await world.pass(80_000);
    const old = await world.addRelease("0.9.0");
    await world.store.write((unit) => unit.db.updateTable("applications").set({ minimumVersion: "1.0.5" }).execute());
    await expect(world.startRollout(old)).rejects.toMatchObject({ code: "TRUST_BELOW_MINIMUM" });
    const { subscriptionId } = world.group(0);
    const back = { subscriptionIds: [subscriptionId], reason: "bad" };
    await expect(world.rollouts.starter.rollback(ANA, back)).rejects.toMatchObject({ code: "POLICY_NO_ROLLBACK_TARGET" });
    await expect(world.rollouts.starter.rollback(ANA, { ...back, toReleaseId: old })).rejects.toMatchObject({
      code: "TRUST_BELOW_MINIMUM",
    });
    await world.store.write((unit) => unit.db.updateTable("applications").set({ minimumVersion: "1.2.0" }).execute());
    const late = await world.addHost(world.group(0));
    const [decision] = await world.rollouts.fleetSeam.explain(late);
    expect(decision?.reason).toContain("below the minimum version 1.2.0");
  });
});

describe("which applications a fleet accepts", () => {
  it("is a target of the top-level role, and absent when all are", async () => {
    const fixture = await TrustFixture.open();
    const id = fleetId.parse(systemIds.uuid());
    await fixture.store.write((unit) =>
      unit.db.insertInto("fleets").values({ id, name: "lab", description: "", createdAt: 0, revision: 0 }).execute(),
    );
    await fixture.change({ kind: "accept", fleetId: id, products: [PRODUCT, "org.example.proxy", PRODUCT] });
    expect(JSON.parse((await fixture.verifiedTarget(`fleets/${id}.json`)) ?? "")).toEqual({
      schema: 1,
      fleetId: id,
      products: ["org.example.proxy", PRODUCT],
    });
    expect((await fixture.trust.status()).acceptance).toEqual([{ fleetId: id, products: ["org.example.proxy", PRODUCT] }]);
    await fixture.publish("1.0.0");
    expect(await fixture.verifiedTarget(`fleets/${id}.json`)).toContain(PRODUCT);
    await fixture.change({ kind: "accept", fleetId: id, products: "all" });
    expect(await fixture.verifiedTarget(`fleets/${id}.json`)).toBeUndefined();
  });

  it("is asked for fleets that are there, within the asker's own", async () => {
    const fixture = await TrustFixture.open();
    const intent = { kind: "accept", fleetId: fleetId.parse(systemIds.uuid()), products: [] } as const;
    await expect(fixture.trust.prepare(ASKER, { ...intent, products: [] })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
