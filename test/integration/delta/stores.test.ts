import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import { dockerRegistry, noDockerRegistry } from "#test/fakes/docker-registry.ts";
import { fakeClock } from "#test/fakes/clock.ts";
import { FakeGithub } from "#test/fakes/github/fake-github.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { PRODUCT } from "../release/release-fixture.ts";
import { PublicationFixture } from "../publication/publication-fixture.ts";
import { nextBuild, plainFile } from "./delta-fixture.ts";
import { openHastily } from "./open-hastily.ts";

const PLACE = { owner: "acme", repository: "web-releases" } as const;
const TOKEN = "ghp_deltaTokenOfTheTests";
const ACCEPT = { accept: "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json" };
const index = z.object({
  manifests: z.array(z.object({ digest: z.string(), artifactType: z.string(), platform: z.unknown().optional() })),
});
const manifest = z.object({ layers: z.array(z.object({ digest: z.string(), annotations: z.record(z.string(), z.string()) })) });

/** Publishes 1.0.0 and 1.1.0 of a plain file to a store. @returns the second, with its one delta. */
async function publishTwo(fixture: PublicationFixture, storeId: string): Promise<ReleaseRow> {
  const first = plainFile();
  const storeIds = [storeId];
  const one = await fixture.draft("1.0.0", { web: first });
  await fixture.client.releases.publish({ releaseId: one.id, storeIds });
  await fixture.published(one.id);
  const two = await fixture.draft("1.1.0", { web: nextBuild(first, "second") });
  await fixture.client.releases.publish({ releaseId: two.id, storeIds });
  const row = await fixture.published(two.id);
  expect(row.artifacts[0]?.deltas).toHaveLength(1);
  return row;
}

/** Adopts the release elsewhere, where nothing is known of it, and publishes it. */
async function adoptElsewhere(fixture: PublicationFixture, storeId: string, reference: string): Promise<ReleaseRow> {
  const files = [{ name: "web", platform: "linux/amd64" }];
  const draft = await fixture.adopt({ storeId, reference, version: "1.1.0", files });
  await fixture.client.releases.publish({ releaseId: draft.id, storeIds: [LOCAL_STORE_ID], deltas: true });
  return fixture.published(draft.id);
}

describe("deltas in stores", () => {
  it.skipIf(noDockerRegistry !== undefined)("lie in a registry as a manifest of their own that no platform leads to", async () => {
    const registry = await dockerRegistry();
    const fixture = await PublicationFixture.open();
    const store = await fixture.addStore({ name: "registry", settings: { kind: "oci", registry: registry.url } });
    const row = await publishTwo(fixture, store.id);
    const json = async (path: string): Promise<unknown> =>
      (await fetch(`${registry.url}/v2/${PRODUCT}/manifests/${path}`, { headers: ACCEPT })).json();
    const { manifests } = index.parse(await json("1.1.0"));
    expect(manifests.map((one) => [one.artifactType, one.platform !== undefined])).toEqual([
      ["application/vnd.rollcall.artifact.v1", true],
      ["application/vnd.rollcall.release.v1+json", false],
      ["application/vnd.rollcall.delta.v1", false],
    ]);
    const [layer] = manifest.parse(await json(manifests[2]?.digest ?? "")).layers;
    const [delta] = row.artifacts[0]?.deltas ?? [];
    expect(layer).toMatchObject({
      digest: `sha256:${delta?.sha256}`,
      annotations: { "org.opencontainers.image.title": "web.from-1.0.0.rcdelta" },
    });
    const older = index.parse(await json("1.0.0")).manifests;
    expect(older).toHaveLength(2);
    const elsewhere = await PublicationFixture.open();
    const there = await elsewhere.addStore({ name: "registry", settings: { kind: "oci", registry: registry.url } });
    expect((await adoptElsewhere(elsewhere, there.id, "1.1.0")).artifacts[0]?.deltas).toEqual([delta]);
  });

  it("lie on GitHub as assets with names that tell where they lead from, and in SHA256SUMS", async () => {
    const github = await FakeGithub.start({ ...PLACE, token: TOKEN });
    onTestFinished(() => github.close());
    const fixture = await PublicationFixture.open({ openReleaseStore: openHastily });
    const settings = { kind: "github" as const, apiUrl: github.origins.api, ...PLACE };
    const store = await fixture.addStore({ name: "github", settings, secret: { password: TOKEN } });
    const row = await publishTwo(fixture, store.id);
    const [delta] = row.artifacts[0]?.deltas ?? [];
    const assets = github.state.releases.find((one) => one.tag === "v1.1.0")?.assets ?? [];
    expect(assets.find((one) => one.name === "web.from-1.0.0.rcdelta")?.sha256).toBe(delta?.sha256);
    const elsewhere = await PublicationFixture.open({ openReleaseStore: openHastily });
    const there = await elsewhere.addStore({ name: "github", settings, secret: { password: TOKEN } });
    expect((await adoptElsewhere(elsewhere, there.id, "v1.1.0")).artifacts[0]?.deltas).toEqual([delta]);
    expect(github.violations).toEqual([]);
  });

  it("lie in a folder beside the files that they make, and in SHA256SUMS", async () => {
    const folder = await tempFolder();
    const fixture = await PublicationFixture.open();
    const settings = { kind: "folder" as const, path: folder };
    const store = await fixture.addStore({ name: "shelf", settings });
    const row = await publishTwo(fixture, store.id);
    const [delta] = row.artifacts[0]?.deltas ?? [];
    const at = (name: string): Promise<Buffer> => readFile(join(folder, PRODUCT, "1.1.0", name));
    expect(hash("sha256", await at("web.from-1.0.0.rcdelta"))).toBe(delta?.sha256);
    expect((await at("SHA256SUMS")).toString()).toContain(`${delta?.sha256}  web.from-1.0.0.rcdelta\n`);
    const elsewhere = await PublicationFixture.open();
    const there = await elsewhere.addStore({ name: "shelf", settings });
    expect((await adoptElsewhere(elsewhere, there.id, "1.1.0")).artifacts[0]?.deltas).toEqual([delta]);
  });

  it("are kept here with the files of their release, and no longer", async () => {
    const clock = fakeClock(Date.now());
    const fixture = await PublicationFixture.open({ clock });
    const store = await fixture.addStore({ name: "shelf", settings: { kind: "folder", path: await tempFolder() } });
    const elsewhere = (await publishTwo(fixture, store.id)).artifacts[0];
    const next = await fixture.draft("1.2.0", { web: nextBuild(plainFile(), "x") });
    const here = await fixture.client.releases.publish({ releaseId: next.id, storeIds: [LOCAL_STORE_ID], deltas: false });
    clock.sleep(2 * 3_600_000);
    await fixture.restart({ clock });
    await expect.poll(() => fixture.blobs.stat(elsewhere?.digests.sha256 ?? ""), { timeout: 20_000 }).toBeUndefined();
    expect(await fixture.blobs.stat(elsewhere?.deltas?.[0]?.sha256 ?? "")).toBeUndefined();
    expect(await fixture.blobs.stat(here.artifacts[0]?.digests.sha256 ?? "")).toBeDefined();
  });
});
