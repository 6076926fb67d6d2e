import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { releaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { openFsTrustFiles } from "#main/adapters/fs-trust-files/fs-trust-files.ts";
import type { BlobStore } from "#main/control-plane/ports/blob-store.ts";
import type { TrustFiles } from "#main/control-plane/ports/trust-files.ts";
import { fakeClock } from "#test/fakes/clock.ts";
import { PRODUCT, ReleaseFixture } from "./release-fixture.ts";

const indexed = z.object({ manifests: z.array(z.object({ digest: z.string() })) });
const layered = z.looseObject({ layers: z.array(z.looseObject({ digest: z.string() })) });

async function text(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

/** A store whose `calls`th call of one method is the process's last, as far as the test is concerned. */
function dying(blobs: BlobStore, method: "ingest" | "setTag", calls: number): BlobStore {
  let left = calls;
  const gate = async <R>(go: () => Promise<R>): Promise<R> => (left-- > 0 ? go() : Promise.reject(new Error("killed")));
  const ended = () => (left < 0 ? Promise.reject(new Error("killed")) : Promise.resolve());
  return {
    ...blobs,
    ingest: (source, options) => (method === "ingest" ? gate(() => blobs.ingest(source, options)) : blobs.ingest(source, options)),
    setTag: (...args) => (method === "setTag" ? gate(() => blobs.setTag(...args)) : blobs.setTag(...args)),
    // A dead process does not clean up either.
    tags: async (...args) => ended().then(() => blobs.tags(...args)),
    removeTag: async (...args) => ended().then(() => blobs.removeTag(...args)),
  };
}

describe("publishing", () => {
  it("leaves an OCI index with one artifact manifest per platform and the signed manifest, tagged by version", async () => {
    const fixture = await ReleaseFixture.open();
    const [amd64, arm64] = [await fixture.upload("#!/bin/sh\n1", "web-amd64"), await fixture.upload("#!/bin/sh\n2", "web-arm64")];
    const draft = await fixture.client.releases.create({
      applicationId: fixture.applicationId,
      version: "1.0.0+build.5",
      runSpec: { arguments: ["--port", "80"] },
      artifacts: [
        { uploadId: amd64.id, platform: "linux/amd64+musl" },
        { uploadId: arm64.id, platform: "linux/arm64/v8" },
      ],
    });
    await fixture.client.releases.publish({ releaseId: draft.id });
    const { registry } = fixture.plane;
    expect(await registry.tags(PRODUCT)).toEqual(["1.0.0_build.5"]);
    const index: unknown = JSON.parse(
      await text(await registry.open((await registry.findManifest(PRODUCT, { tag: "1.0.0_build.5" }))?.sha256 ?? "")),
    );
    expect(index).toMatchObject({
      mediaType: "application/vnd.oci.image.index.v1+json",
      annotations: { "org.opencontainers.image.version": "1.0.0+build.5", "org.opencontainers.image.title": "Web" },
      manifests: [
        { platform: { os: "linux", architecture: "amd64" }, annotations: { "vnd.rollcall.platform": "linux/amd64+musl" } },
        { platform: { os: "linux", architecture: "arm64", variant: "v8" } },
        { artifactType: "application/vnd.rollcall.release.v1+json" },
      ],
    });
    const documents = [];
    for (const { digest } of indexed.parse(index).manifests)
      documents.push(layered.parse(JSON.parse(await text(await registry.open(digest.slice(7))))));
    expect(documents[0]).toMatchObject({
      artifactType: "application/vnd.rollcall.artifact.v1",
      config: { mediaType: "application/vnd.oci.empty.v1+json", size: 2 },
      layers: [
        {
          digest: `sha256:${amd64.digests?.sha256}`,
          size: amd64.sizeBytes,
          annotations: { "org.opencontainers.image.title": "web-amd64" },
        },
      ],
    });
    const manifest = releaseManifest.parse(JSON.parse(await text(await registry.open(documents[2]?.layers[0]?.digest.slice(7) ?? ""))));
    expect(manifest).toMatchObject({
      productId: PRODUCT,
      version: "1.0.0+build.5",
      releaseId: draft.id,
      runSpec: { arguments: ["--port", "80"] },
    });
    expect(manifest.artifacts.map((one) => one.digests)).toEqual([amd64.digests, arm64.digests]);
  });

  it.each([
    ["ingest", 0],
    ["ingest", 2],
    ["setTag", 0],
  ] as const)("is completed at the next start after a kill at %s %i, with the same signed bytes", async (method, calls) => {
    const fixture = await ReleaseFixture.open();
    const { id } = await fixture.draft("1.0.0");
    await fixture.restart({ blobs: dying(await openFsBlobStore(join(fixture.folder, "store")), method, calls) });
    await expect(fixture.client.releases.publish({ releaseId: id })).rejects.toMatchObject({ code: "INTERNAL" });
    const noted = await fixture.plane.store.read.selectFrom("releases").select(["manifestSha256", "state"]).executeTakeFirstOrThrow();
    expect(noted).toMatchObject({ state: "draft", manifestSha256: expect.any(String) });
    await expect(fixture.client.releases.discardDraft({ releaseId: id })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    await fixture.restart();
    expect(await fixture.client.releases.get({ releaseId: id })).toMatchObject({ state: "published", publishedAt: expect.any(Number) });
    expect(fixture.plane.trust.findTarget(`${PRODUCT}/${noted.manifestSha256}.1.0.0.json`)).toBeDefined();
  });

  it("stays a clean draft when the disk is full, and can be published once it is not", async () => {
    const fixture = await ReleaseFixture.open();
    const { id } = await fixture.draft("1.0.0");
    const files = await openFsTrustFiles(join(fixture.folder, "trust"));
    let isFull = true;
    const write: TrustFiles["write"] = (name, bytes) =>
      isFull ? Promise.reject(new AppError("ENV_DISK_FULL", "The disk is full.")) : files.write(name, bytes);
    await fixture.restart({ trustFiles: { ...files, write } });
    await expect(fixture.client.releases.publish({ releaseId: id })).rejects.toMatchObject({ code: "ENV_DISK_FULL" });
    expect(await fixture.client.releases.get({ releaseId: id })).toMatchObject({ state: "draft" });
    expect(await fixture.plane.registry.tags(PRODUCT)).toEqual([]);
    isFull = false;
    expect(await fixture.client.releases.publish({ releaseId: id })).toMatchObject({ state: "published" });
  });

  it("refuses when an artifact's bytes are gone from the store", async () => {
    const fixture = await ReleaseFixture.open();
    const draft = await fixture.draft("1.0.0");
    await (await openFsBlobStore(join(fixture.folder, "store"))).remove(draft.artifacts[0]?.digests.sha256 ?? "");
    await expect(fixture.client.releases.publish({ releaseId: draft.id })).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    expect(await fixture.client.releases.get({ releaseId: draft.id })).toMatchObject({ state: "draft" });
  });

  it("shows in trust.status as a role of the application, beside the mode and the root's digest", async () => {
    const fixture = await ReleaseFixture.open();
    await fixture.published("1.0.0");
    const status = await fixture.client.trust.status();
    expect(status).toMatchObject({ mode: "server-held", rootSha256: fixture.plane.trust.rootSha256 });
    expect(status.roles.map(({ role }) => role)).toEqual(["root", "targets", "snapshot", "timestamp", PRODUCT]);
    expect(new Set(status.roles.flatMap(({ keyIds }) => keyIds)).size).toBe(5);
  });

  it("happens once when it is asked for twice at once", async () => {
    const fixture = await ReleaseFixture.open();
    const { id } = await fixture.draft("1.0.0");
    const outcomes = await Promise.allSettled([
      fixture.client.releases.publish({ releaseId: id }),
      fixture.client.releases.publish({ releaseId: id }),
    ]);
    expect(outcomes.map((one) => one.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await fixture.client.releases.get({ releaseId: id })).toMatchObject({ state: "published" });
  });
});

describe("withdrawing", () => {
  it("ends the signature and the tag, and does so at the next start when it could not", async () => {
    const fixture = await ReleaseFixture.open();
    const { id } = await fixture.published("1.0.0");
    const { manifestSha256 } = await fixture.plane.store.read.selectFrom("releases").select("manifestSha256").executeTakeFirstOrThrow();
    const target = `${PRODUCT}/${manifestSha256}.1.0.0.json`;
    const files = await openFsTrustFiles(join(fixture.folder, "trust"));
    await fixture.restart({ trustFiles: { ...files, write: () => Promise.reject(new Error("killed")) } });
    expect(await fixture.client.releases.withdraw({ releaseId: id, reason: "bad" })).toMatchObject({ state: "withdrawn" });
    expect(fixture.plane.trust.findTarget(target)).toBeDefined();
    await fixture.restart();
    expect(fixture.plane.trust.findTarget(target)).toBeUndefined();
    expect(await fixture.plane.registry.tags(PRODUCT)).toEqual([]);
  });
});

describe("collecting blobs", () => {
  it("removes what nothing needs any more, after an hour, and keeps every release's bytes", async () => {
    const clock = fakeClock(Date.now());
    const fixture = await ReleaseFixture.open({ clock });
    const kept = await fixture.published("1.0.0");
    const withdrawn = await fixture.published("1.1.0");
    await fixture.client.releases.withdraw({ releaseId: withdrawn.id, reason: "bad" });
    const draft = await fixture.draft("1.2.0");
    const ready = await fixture.upload("#!/bin/sh\nready");
    const discarded = await fixture.upload("#!/bin/sh\ndiscarded");
    await fixture.client.uploads.discard({ uploadId: discarded.id });
    clock.sleep(2 * 3_600_000);
    await fixture.restart({ clock });
    const blobs = await openFsBlobStore(join(fixture.folder, "store"));
    await expect.poll(() => blobs.stat(discarded.digests?.sha256 ?? ""), { timeout: 20_000 }).toBeUndefined();
    for (const release of [kept, withdrawn, draft]) expect(await blobs.stat(release.artifacts[0]?.digests.sha256 ?? "")).toBeDefined();
    expect(await blobs.stat(ready.digests?.sha256 ?? "")).toBeDefined();
    for (const tag of (await blobs.tags(PRODUCT)).filter((one) => !one.tag.startsWith("sha256-")))
      expect(await readFile(join(fixture.folder, "store", "blobs", "sha256", tag.target.sha256), "utf8")).toContain("1.0.0");
    expect(await fixture.plane.registry.findManifest(PRODUCT, { tag: "1.0.0" })).toBeDefined();
  });
});
