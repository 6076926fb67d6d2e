import { describe, expect, it } from "vitest";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import type { StoreId } from "#shared/lib/ids.ts";
import { anOperator } from "#test/builders/an-operator.ts";
import type { PublicationFixture } from "./publication-fixture.ts";
import { shelfWorld } from "./shelf-world.ts";

const [ana, safe] = [anOperator("ana"), anOperator("safe", "recovery")];

async function signOpen({ client }: PublicationFixture): Promise<void> {
  for (const { id, state } of await client.trust.listRequests())
    if (state === "open") await client.trust.submit(ana.sign(await client.trust.exportRequest({ signingRequestId: id })));
}

async function operatedWorld() {
  const world = await shelfWorld();
  await world.fixture.client.trust.prepare({ intent: { kind: "quorum", quorum: { threshold: 1, keys: [ana.key, safe.key] } } });
  await signOpen(world.fixture);
  return world;
}

describe("a release that operators sign", () => {
  it("is sent to its store while they have not signed yet, and ends by itself when they have", async () => {
    const { fixture, stores, shelf } = await operatedWorld();
    const { id } = await fixture.draft("1.0.0", { web: "#!/bin/sh\n" });
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    const waiting = await fixture.reached(id, shelf.id, "waiting");
    expect(waiting.message).toBe("Waits for operators' signatures.");
    expect(stores.begun).toEqual(["check", "upload:web", "verify", "describe"]);
    const [request] = await fixture.client.trust.listRequests();
    expect(waiting.signingRequestId).toBe(request?.id);
    await signOpen(fixture);
    const release = await fixture.published(id);
    expect(release.stores).toMatchObject([{ name: "shelf", state: "completed" }]);
    const at = { storeId: shelf.id, applicationId: release.applicationId, reference: "1.0.0" };
    const found = await fixture.client.stores.inspect({ ...at, publicKeys: [ana.key.publicKey] });
    expect(found.signature).toEqual({ state: "verified", keyId: ana.keyId });
  });

  it("brings its run spec along when it is adopted with a key that signed it, and not otherwise", async () => {
    const { fixture, shelf } = await operatedWorld();
    const { id, revision, version, notes } = await fixture.draft("1.0.0", { web: "#!/bin/sh\n" });
    const runSpec = { arguments: ["--port", "80"] };
    await fixture.client.releases.updateDraft({ releaseId: id, revision, version, notes, runSpec });
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id, LOCAL_STORE_ID] });
    await fixture.reached(id, shelf.id, "waiting");
    await signOpen(fixture);
    await fixture.published(id);
    const adopted = async (storeId: StoreId, as: string, publicKeys: string[]) => {
      const files = [{ name: "web", platform: "any" as const }];
      return (await fixture.adopt({ storeId, reference: "1.0.0", version: as, files, publicKeys })).runSpec;
    };
    expect(await adopted(shelf.id, "1.0.1", [ana.key.publicKey])).toMatchObject(runSpec);
    expect(await adopted(LOCAL_STORE_ID, "1.0.2", [ana.key.publicKey])).toMatchObject(runSpec);
    expect((await adopted(shelf.id, "1.0.3", [])).arguments).toEqual([]);
  });

  it("stands when its request is cancelled, asks again when it is resumed, and can be given up", async () => {
    const { fixture, shelf } = await operatedWorld();
    const { id } = await fixture.draft("1.0.0", { web: "#!/bin/sh\n" });
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    const waiting = await fixture.reached(id, shelf.id, "waiting");
    await fixture.client.trust.cancelRequest({ signingRequestId: waiting.signingRequestId! });
    const failed = await fixture.reached(id, shelf.id, "failed");
    expect(failed.error).toMatchObject({ code: "CANCELLED", message: expect.stringContaining("was cancelled") });
    expect((await fixture.client.trust.status()).openRequests).toBe(0);
    await fixture.client.publications.resume({ publicationId: failed.id });
    await fixture.reached(id, shelf.id, "waiting");
    expect((await fixture.client.trust.status()).openRequests).toBe(1);
    await fixture.client.publications.cancel({ publicationId: failed.id });
    expect((await fixture.client.trust.status()).openRequests).toBe(0);
    await fixture.client.releases.discardDraft({ releaseId: id });
  });
});
