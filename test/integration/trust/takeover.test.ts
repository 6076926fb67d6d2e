import { describe, expect, it } from "vitest";
import type { TrustIntent } from "#shared/domain/trust/signing-request.ts";
import { anOperator, type TestOperator } from "#test/builders/an-operator.ts";
import { ASKER, METADATA, PRODUCT, TrustFixture } from "./trust-fixture.ts";

const [ana, ben, cem] = [anOperator("ana"), anOperator("ben"), anOperator("cem")];
const safe = anOperator("safe", "recovery");

const quorumOf = (threshold: number, people: readonly TestOperator[]): TrustIntent => ({
  kind: "quorum",
  quorum: { threshold, keys: people.map(({ key }) => key) },
});

/** A control plane whose releases two of three operators sign. */
async function handedOver(): Promise<TrustFixture> {
  const fixture = await TrustFixture.open();
  await fixture.publish("1.0.0");
  await fixture.verified("1.0.0");
  await fixture.change(quorumOf(2, [ana, ben, cem, safe]), [ana, ben]);
  return fixture;
}

describe("handing signing over to operators", () => {
  it("is followed by clients that started from the server's root, and ends the server's keys", async () => {
    const fixture = await handedOver();
    expect(await fixture.trust.status()).toMatchObject({ mode: "operator-held", threshold: 2, rootVersion: 2, openRequests: 0 });
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    const signer = await fixture.signer();
    const held = await Promise.all(["root", "targets", PRODUCT, "snapshot", "timestamp"].map((role) => signer.holds(role)));
    expect(held).toEqual([false, false, false, true, true]);
  });

  it("is believed by a client that has looked for the new root a moment too early", async () => {
    const fixture = await handedOver();
    fixture.hidden.add(`${METADATA}/2.root.json`);
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    fixture.hidden.clear();
    await fixture.publish("1.1.0", fixture.opened, PRODUCT, [ana, ben]);
    expect(await fixture.verified("1.1.0")).toContain("1.1.0");
  });

  it("ends the keys of applications that were never published, too", async () => {
    const fixture = await TrustFixture.open();
    const order = await fixture.draft("1.0.0", fixture.opened, "org.example.never");
    await fixture.opened.releases.abandonPublish(order.releaseId);
    expect(await (await fixture.signer()).holds("org.example.never")).toBe(true);
    await fixture.change(quorumOf(1, [ana, safe]), [ana]);
    expect(await (await fixture.signer()).holds("org.example.never")).toBe(false);
  });

  it("changes nothing before the quorum has signed, and counts a person who signs twice as one", async () => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    const request = await fixture.trust.prepare(ASKER, quorumOf(2, [ana, ben, safe]));
    expect(request.documents.map(({ name, signedBy }) => [name, signedBy.length])).toEqual([
      ["2.root.json", 1],
      ["3.targets.json", 0],
      [`2.${PRODUCT}.json`, 0],
    ]);
    await fixture.sign(request.id, ana);
    const again = await fixture.sign(request.id, ana);
    expect(again?.state).toBe("open");
    expect(again?.documents[1]?.signedBy).toEqual([ana.keyId]);
    expect((await fixture.trust.status()).mode).toBe("server-held");
    expect((await fixture.trust.metadata("2.root.json"))?.length).toBeUndefined();
    expect((await fixture.sign(request.id, ben))?.state).toBe("completed");
  });

  it("counts a recovery key for root alone", async () => {
    const fixture = await TrustFixture.open();
    const request = await fixture.trust.prepare(ASKER, quorumOf(1, [ana, safe]));
    const signed = await fixture.sign(request.id, safe);
    expect(signed?.documents.map(({ role, signedBy }) => [role, signedBy.length])).toEqual([
      ["root", 2],
      ["targets", 0],
    ]);
    expect(signed?.state).toBe("open");
  });

  it("is refused without a recovery key", async () => {
    const fixture = await TrustFixture.open();
    await expect(fixture.trust.prepare(ASKER, quorumOf(1, [ana, ben]))).rejects.toMatchObject({ code: "TRUST_RECOVERY_MISSING" });
    expect(await fixture.trust.listRequests()).toEqual([]);
  });

  it("lets new applications be delegated to within the request that publishes them", async () => {
    const fixture = await handedOver();
    const order = await fixture.draft("1.0.0", fixture.opened, "org.example.new");
    const [request] = await fixture.trust.listRequests();
    expect(request?.documents.map(({ name }) => name)).toEqual(["4.targets.json", "1.org.example.new.json", "sigstore"]);
    await expect(fixture.opened.releases.commitPublish(order.releaseId)).rejects.toMatchObject({ code: "TRUST_SIGNATURES_MISSING" });
    await fixture.signAll([ben, cem]);
    expect((await fixture.opened.releases.signatureOf(order.releaseId))?.signatures).toHaveLength(2);
    expect(await fixture.verified("1.0.0", "client", "org.example.new")).toBeUndefined();
    await fixture.opened.releases.commitPublish(order.releaseId);
    expect(await fixture.verified("1.0.0", "client", "org.example.new")).toContain("org.example.new");
    expect(await (await fixture.signer()).holds("org.example.new")).toBe(false);
  });

  it("pins the newest root in new tokens, and clients of either root follow", async () => {
    const fixture = await handedOver();
    const { version, sha256 } = fixture.trust.pinnedRoot;
    expect([version, sha256]).toEqual([2, fixture.trust.rootSha256]);
    const client = await fixture.client("enrolled-now", await fixture.trust.rootBytes(2));
    await client.refresh();
    expect(await fixture.verified("1.0.0", "enrolled-at-first")).toContain("1.0.0");
  });
});

describe("changing who signs", () => {
  it("ends what a revoked key can do, and has everything signed anew in the same request", async () => {
    const fixture = await handedOver();
    const dia = anOperator("dia");
    const request = await fixture.change(quorumOf(2, [ana, ben, dia, safe]), [ana, ben]);
    expect(request.documents.map(({ role }) => role)).toEqual(["root", "targets", PRODUCT]);
    expect(request.state).toBe("completed");
    expect((await fixture.trust.status()).keys.map(({ label, use }) => [label, use])).toEqual([
      ["ana", "operator"],
      ["ben", "operator"],
      ["dia", "operator"],
      ["safe", "recovery"],
    ]);
    await fixture.draft("2.0.0");
    const [open] = await fixture.trust.listRequests();
    await expect(fixture.trust.submit(ASKER, forced(cem, await fixture.trust.exportRequest(open!.id, "test")))).rejects.toMatchObject({
      code: "TRUST_SIGNATURE_REFUSED",
    });
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
  });

  it("needs the people before and the people after", async () => {
    const fixture = await handedOver();
    const [dia, eli] = [anOperator("dia"), anOperator("eli")];
    const request = await fixture.trust.prepare(ASKER, quorumOf(2, [dia, eli, safe]));
    await fixture.sign(request.id, dia);
    expect((await fixture.sign(request.id, eli))?.state).toBe("open");
    await fixture.sign(request.id, cem);
    expect((await fixture.sign(request.id, safe))?.state).toBe("completed");
    expect(await fixture.verified("1.0.0")).toContain("1.0.0");
  });

  it("survives a lost laptop: the recovery key and who is left bring a new key in, and enrolled clients follow", async () => {
    const fixture = await TrustFixture.open();
    await fixture.publish("1.0.0");
    await fixture.change(quorumOf(1, [ana, safe]), [ana]);
    await fixture.verified("1.0.0");
    // ana's laptop is gone, and its key with it: only what lies in the safe can sign root now.
    const anew = anOperator("ana's new laptop");
    const request = await fixture.trust.prepare(ASKER, quorumOf(1, [anew, safe]));
    await fixture.sign(request.id, anew);
    expect((await fixture.sign(request.id, safe))?.state).toBe("completed");
    expect(await fixture.publish("1.1.0", fixture.opened, PRODUCT, [anew])).toBeDefined();
    expect(await fixture.verified("1.1.0")).toContain("1.1.0");
    const late = await fixture.client("was-off", await fixture.trust.rootBytes(2));
    await late.refresh();
  });
});

/** Signatures of somebody whom nobody has asked. */
function forced(operator: TestOperator, file: Parameters<TestOperator["sign"]>[0]): ReturnType<TestOperator["sign"]> {
  const documents = file.request.documents.map((document) => ({
    ...document,
    quorums: document.quorums.map((quorum) => ({ ...quorum, keyIds: [...quorum.keyIds, operator.keyId] })),
  }));
  return operator.sign({ ...file, request: { ...file.request, documents } });
}
