import { describe, expect, it } from "vitest";
import { z } from "zod";
import { systemIds } from "#main/adapters/system/system-ids.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import type { TrustFiles } from "#main/control-plane/ports/trust-files.ts";
import { fleetId } from "#shared/lib/ids.ts";
import { anOperator } from "#test/builders/an-operator.ts";
import { ASKER, PRODUCT, TrustFixture } from "./trust-fixture.ts";

const [ana, ben] = [anOperator("ana"), anOperator("ben")];
const safe = anOperator("safe", "recovery");
const QUORUM = { threshold: 2, keys: [ana.key, ben.key, safe.key] };

/** A control plane whose two operators both have to sign. */
async function operated(): Promise<TrustFixture> {
  const fixture = await TrustFixture.open();
  await fixture.publish("1.0.0");
  await fixture.change({ kind: "quorum", quorum: QUORUM }, [ana, ben]);
  return fixture;
}

const openOnes = async (fixture: TrustFixture) => (await fixture.trust.listRequests()).filter(({ state }) => state === "open");

const facts = z.object({ title: z.string(), label: z.string().optional() });

async function audited(fixture: TrustFixture): Promise<readonly string[]> {
  const rows = await fixture.store.read
    .selectFrom("auditEntries")
    .select(["actor", "action", "details"])
    .where("action", "like", "trust.%")
    .orderBy("sequence")
    .execute();
  return rows.map(({ actor, action, details }) => {
    const { label, title } = facts.parse(JSON.parse(details));
    return `${actor} ${action}: ${label ?? title}`;
  });
}

function withWrite(store: Store, write: Store["write"]): Store {
  return {
    read: store.read,
    database: store.database,
    hot: (work) => store.hot(work),
    onCommitted: (listener) => store.onCommitted(listener),
    lastEventSequence: () => store.lastEventSequence(),
    close: () => store.close(),
    write,
  };
}

describe("signing requests", () => {
  it("survive a restart with the signatures gathered so far", async () => {
    const fixture = await operated();
    const order = await fixture.draft("1.1.0");
    const [request] = await openOnes(fixture);
    await fixture.sign(request!.id, ana);
    fixture.opened = await fixture.reopen();
    expect((await openOnes(fixture))[0]?.documents.map(({ signedBy }) => signedBy)).toEqual([[ana.keyId], [ana.keyId]]);
    await fixture.sign(request!.id, ben);
    await fixture.opened.releases.commitPublish(order.releaseId);
    expect(await fixture.verified("1.1.0")).toContain("1.1.0");
  });

  it("are drafted again when another one changed what they stand on, and lose the signatures of the old draft", async () => {
    const fixture = await operated();
    const first = await fixture.draft("1.1.0");
    const second = await fixture.draft("1.2.0");
    const [newest, oldest] = await openOnes(fixture);
    await fixture.sign(newest!.id, ana);
    const stale = ben.sign(await fixture.trust.exportRequest(newest!.id, "test"));
    for (const person of [ana, ben]) await fixture.sign(oldest!.id, person);
    expect(await openOnes(fixture)).toMatchObject([{ id: newest!.id, draft: 1 }]);
    await fixture.opened.releases.commitPublish(first.releaseId);
    const [redrafted] = await openOnes(fixture);
    expect(redrafted).toMatchObject({ id: newest!.id, draft: 2 });
    // The statement did not change, so what was signed of it still holds.
    expect(redrafted?.documents.map(({ name, signedBy }) => [name, signedBy.length])).toEqual([
      [`4.${PRODUCT}.json`, 0],
      ["sigstore", 1],
    ]);
    await expect(fixture.trust.submit(ASKER, stale)).rejects.toMatchObject({ code: "TRUST_SIGNATURE_REFUSED" });
    await fixture.signAll([ana, ben]);
    await fixture.opened.releases.commitPublish(second.releaseId);
    for (const version of ["1.0.0", "1.1.0", "1.2.0"]) expect(await fixture.verified(version)).toContain(version);
  });

  it("ask again for a release that was signed, when another change was committed before it", async () => {
    const fixture = await operated();
    const told: string[] = [];
    fixture.opened.releases.onSigned((releaseId) => told.push(releaseId));
    const order = await fixture.draft("1.1.0");
    await fixture.signAll([ana, ben]);
    const { applicationId } = await fixture.subject("1.1.0");
    const minimum = await fixture.trust.prepare(ASKER, { kind: "minimum", applicationId, version: "1.0.0" });
    for (const person of [ana, ben]) await fixture.sign(minimum.id, person);
    await expect(fixture.opened.releases.commitPublish(order.releaseId)).rejects.toMatchObject({ code: "TRUST_SIGNATURES_MISSING" });
    expect(await fixture.opened.releases.draftPublish(order)).toMatchObject({ state: "waiting" });
    await fixture.signAll([ana, ben]);
    expect(told).toEqual([order.releaseId, order.releaseId, order.releaseId]);
    await fixture.opened.releases.commitPublish(order.releaseId);
    expect(await fixture.verified("1.1.0")).toContain("1.1.0");
  });

  it("of a takeover follow what the server publishes meanwhile", async () => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    const request = await fixture.trust.prepare(ASKER, { kind: "quorum", quorum: QUORUM });
    await fixture.sign(request.id, ana);
    await fixture.publish("1.1.0");
    expect(await openOnes(fixture)).toMatchObject([{ id: request.id, draft: 2 }]);
    await fixture.signAll([ana, ben]);
    for (const version of ["1.0.0", "1.1.0"]) expect(await fixture.verified(version)).toContain(version);
  });

  it("are cancelled for good, and what ended is not ended again", async () => {
    const fixture = await operated();
    const order = await fixture.draft("1.1.0");
    const [request] = await openOnes(fixture);
    const file = await fixture.trust.exportRequest(request!.id, "test");
    expect(await fixture.trust.cancel(ASKER, request!.id)).toMatchObject({ state: "cancelled" });
    await expect(fixture.trust.cancel(ASKER, request!.id)).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    await expect(fixture.trust.submit(ASKER, ana.sign(file))).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    await expect(fixture.trust.exportRequest(request!.id, "test")).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    await expect(fixture.opened.releases.commitPublish(order.releaseId)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await fixture.opened.releases.draftPublish(order)).toMatchObject({ state: "waiting" });
  });

  it("keep nothing of a submission in which one signature does not hold", async () => {
    const fixture = await operated();
    await fixture.draft("1.1.0");
    const [request] = await openOnes(fixture);
    const file = ana.sign(await fixture.trust.exportRequest(request!.id, "test"));
    const [first, second] = file.signatures;
    const swapped = { ...file, signatures: [first!, { ...second!, signature: first!.signature }] };
    await expect(fixture.trust.submit(ASKER, swapped)).rejects.toMatchObject({ code: "TRUST_SIGNATURE_REFUSED" });
    const unnamed = { ...file, signatures: [{ ...first!, document: "9.root.json" }] };
    await expect(fixture.trust.submit(ASKER, unnamed)).rejects.toMatchObject({ code: "TRUST_SIGNATURE_REFUSED" });
    expect((await openOnes(fixture))[0]?.documents.map(({ signedBy }) => signedBy)).toEqual([[], []]);
  });

  it("withdraw a release once the operators have signed that, and ask them only once", async () => {
    const fixture = await operated();
    expect(await fixture.withdraw("1.0.0")).toBe("waiting");
    expect(await fixture.withdraw("1.0.0")).toBe("waiting");
    expect(await openOnes(fixture)).toHaveLength(1);
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    await fixture.signAll([ana, ben]);
    expect(await fixture.verified("1.0.0")).toBeUndefined();
    expect(await fixture.withdraw("1.0.0")).toBe("done");
  });

  it("go on by themselves after a full disk", async () => {
    const fixture = await operated();
    let full = true;
    const write = (name: string, bytes: Uint8Array) => (full ? Promise.reject(new Error("full")) : fixture.files.write(name, bytes));
    fixture.opened = await fixture.reopen({ trustFiles: { ...fixture.files, write } });
    await fixture.trust.prepare(ASKER, { kind: "renew" });
    await expect(fixture.signAll([ana, ben])).rejects.toThrow("full");
    full = false;
    await fixture.trust.renew();
    expect(await openOnes(fixture)).toEqual([]);
    expect(fixture.trust.roles().find(({ role }) => role === "targets")?.version).toBe(4);
  });

  it("about something that is gone are ended, and keep nothing else from coming into force", async () => {
    const fixture = await operated();
    const id = fleetId.parse(systemIds.uuid());
    const fleet = { id, name: "lab", description: "", createdAt: 0, revision: 0 };
    await fixture.store.write((unit) => unit.db.insertInto("fleets").values(fleet).execute());
    const { id: requestId } = await fixture.trust.prepare(ASKER, { kind: "accept", fleetId: id, products: [PRODUCT] });
    await fixture.store.write((unit) => unit.db.deleteFrom("fleets").where("id", "=", id).execute());
    const order = await fixture.draft("1.1.0", fixture.opened, "org.example.new");
    const publish = (await openOnes(fixture)).find(({ intent }) => intent.kind === "publish");
    for (const person of [ana, ben]) await fixture.sign(publish!.id, person);
    await fixture.opened.releases.commitPublish(order.releaseId);
    expect(await fixture.verified("1.1.0", "client", "org.example.new")).toContain("1.1.0");
    expect((await fixture.trust.listRequests()).find((one) => one.id === requestId)?.state).toBe("cancelled");
  });

  it("know a release that came into force just before a kill, also when others followed it", async () => {
    const fixture = await TrustFixture.open();
    const order = await fixture.draft("1.0.0");
    let isKilled = false;
    const write: Store["write"] = (work, options) => (isKilled ? Promise.reject(new Error("killed")) : fixture.store.write(work, options));
    const files: TrustFiles = {
      ...fixture.files,
      write: async (name, bytes) => {
        await fixture.files.write(name, bytes);
        isKilled = name === "timestamp.json";
      },
    };
    const dying = await fixture.reopen({ store: withWrite(fixture.store, write), trustFiles: files });
    await expect(dying.releases.commitPublish(order.releaseId)).rejects.toThrow("killed");
    fixture.opened = await fixture.reopen();
    await fixture.publish("1.1.0");
    await fixture.opened.releases.commitPublish(order.releaseId);
    expect((await fixture.opened.releases.signatureOf(order.releaseId))?.signatures).toHaveLength(1);
    for (const version of ["1.0.0", "1.1.0"]) expect(await fixture.verified(version)).toContain(version);
  });

  it("stand in the audit with who asked, who signed and what came of it", async () => {
    const fixture = await operated();
    await fixture.draft("1.1.0");
    const [request] = await openOnes(fixture);
    await fixture.trust.cancel(ASKER, request!.id);
    const who = "any 2 of ana, ben; recovery: safe";
    expect(await audited(fixture)).toEqual([
      "user:ana trust.requested: Publish org.example.web 1.0.0 (org.example.web)",
      "user:ana trust.completed: Publish org.example.web 1.0.0 (org.example.web)",
      `user:ana trust.requested: Hand signing over to operators: ${who}`,
      "user:ana trust.signed: ana",
      "user:ana trust.signed: ben",
      `user:ana trust.completed: Hand signing over to operators: ${who}`,
      "user:ana trust.requested: Publish org.example.web 1.1.0 (org.example.web)",
      "user:ana trust.cancelled: Publish org.example.web 1.1.0 (org.example.web)",
    ]);
  });

  it("are told to whoever looks at trust, as is what the control plane renews by itself", async () => {
    const fixture = await TrustFixture.open();
    const heard: string[] = [];
    fixture.store.onCommitted((events) => heard.push(...events.map(({ event }) => `${event.topic} ${Object.keys(event.ids).join()}`)));
    await fixture.trust.prepare(ASKER, { kind: "quorum", quorum: QUORUM });
    fixture.clock.byMs = 4 * 86_400_000;
    await fixture.trust.renew();
    expect(heard).toEqual(["trust.changed signingRequestId", "trust.changed "]);
  });

  it("are forgotten beyond the newest two hundred, save the statements of releases", { timeout: 60_000 }, async () => {
    const fixture = await TrustFixture.open();
    const order = await fixture.draft("1.0.0");
    await fixture.opened.releases.commitPublish(order.releaseId);
    for (let count = 0; count < 205; count += 1) await fixture.trust.prepare(ASKER, { kind: "renew" });
    await fixture.trust.renew();
    const rows = await fixture.store.read.selectFrom("signingRequests").select("kind").execute();
    expect(Object.fromEntries([...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]))).toEqual({
      publish: 1,
      renew: 200,
    });
    expect((await fixture.opened.releases.signatureOf(order.releaseId))?.signatures).toHaveLength(1);
  });
});
