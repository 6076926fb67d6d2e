import { describe, expect, it } from "vitest";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import { addHosts } from "#test/builders/host-rows.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { PublicationFixture } from "../publication/publication-fixture.ts";
import { PRODUCT } from "../release/release-fixture.ts";
import { nextBuild, plainFile } from "./delta-fixture.ts";
import { fleetsOf } from "./fleets-of.ts";

/** A host whose group is brought to 1.1.0 of a product that lies in these stores, and the delta to it. */
async function entitledWorld(where: "local" | "folder") {
  const fixture = await PublicationFixture.open();
  const folder = await fixture.addStore({ name: "shelf", settings: { kind: "folder", path: await tempFolder() } });
  const storeIds = [where === "local" ? LOCAL_STORE_ID : folder.id];
  const first = plainFile();
  const publish = async (version: string, bytes: Buffer) => {
    const draft = await fixture.draft(version, { web: bytes });
    await fixture.client.releases.publish({ releaseId: draft.id, storeIds });
    return fixture.published(draft.id);
  };
  await publish("1.0.0", first);
  const release = await publish("1.1.0", nextBuild(first, "second"));
  const { plane, applicationId } = fixture.releases;
  const fleets = fleetsOf(plane);
  const { groups } = await fleets.fleets.create({ name: "lab", groups: ["one", "two"] });
  const [one, two] = [groups[0]!, groups[1]!];
  await fleets.subscriptions.create({ groupId: one.id, applicationId });
  await plane.store.write((unit) => unit.db.updateTable("subscriptions").set({ targetReleaseId: release.id }).execute());
  const [entitled] = await addHosts(plane.store, one, [{ name: "entitled" }], 1);
  const [other] = await addHosts(plane.store, two, [{ name: "other" }], 1);
  const delta = release.artifacts[0]?.deltas?.[0];
  if (entitled === undefined || other === undefined || delta === undefined) throw new Error("the world is not whole");
  return { plane, entitled, other, delta };
}

describe("hosts and deltas", () => {
  it.each(["local", "folder"] as const)("may fetch a delta where they may fetch what it makes (%s store)", async (where) => {
    const { plane, entitled, other, delta } = await entitledWorld(where);
    const wanted = { productId: PRODUCT, sha256: delta.sha256 };
    expect(await plane.hosts.mayReadBlob(entitled, wanted)).toBe(true);
    expect(await plane.hosts.mayReadBlob(other, wanted)).toBe(false);
    const stored = await plane.registry.findBlob(PRODUCT, delta.sha256);
    const remote = await plane.remoteArtifacts.find(PRODUCT, delta.sha256);
    expect((where === "local" ? stored : remote)?.sizeBytes).toBe(delta.sizeBytes);
    if (where === "local" || remote === undefined) return;
    let bytes = 0;
    for await (const chunk of await plane.remoteArtifacts.open(remote, undefined, new AbortController().signal)) bytes += chunk.length;
    expect(bytes).toBe(delta.sizeBytes);
  });
});
