import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { registryMount } from "#main/server/http/registry-mount.ts";
import { httpServer } from "#test/builders/http-server.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { until } from "#test/builders/system-world.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { PRODUCT, ReleaseFixture } from "../../release/release-fixture.ts";

const SCRIPT = "#!/bin/sh\necho from far away\n";

/** A release that was published to a folder alone, and whose bytes this machine has no more. */
async function open(settings: { readonly publicUrl?: string; readonly hostAccess?: "redirect" } = {}) {
  const fixture = await ReleaseFixture.open();
  const path = await tempFolder();
  const store = await fixture.client.stores.create({ name: "Mirror", settings: { kind: "folder", path, ...settings } });
  const { id } = await fixture.draft("1.0.0", SCRIPT);
  await fixture.client.releases.publish({ releaseId: id, storeIds: [store.id] });
  await until("the release to be published", async () => (await fixture.client.releases.get({ releaseId: id })).state === "published");
  const sha256 = (await fixture.client.releases.get({ releaseId: id })).artifacts[0]?.digests.sha256 ?? "";
  await rm(join(fixture.folder, "store", "blobs", "sha256", sha256));
  const mount = registryMount({
    registry: fixture.plane.registry,
    remote: fixture.plane.remoteArtifacts,
    authorise: () => Promise.resolve("allowed"),
    pace: (_request, bytes) => Promise.resolve(bytes),
    logger: quietLogger(),
  });
  const origin = await httpServer((request, response) => void mount(request, response));
  const get = (product = PRODUCT, headers: Record<string, string> = {}, method = "GET") =>
    fetch(`${origin}/v2/${product}/blobs/sha256:${sha256}`, { method, headers, redirect: "manual" });
  return { fixture, get, path, sha256 };
}

describe("an artifact that lies in another store", () => {
  it("is passed through, whole, in part, and as headers alone", async () => {
    const { get } = await open();
    expect(await (await get()).text()).toBe(SCRIPT);
    const part = await get(PRODUCT, { range: "bytes=10-13" });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, `bytes 10-13/${SCRIPT.length}`, "echo"]);
    const head = await get(PRODUCT, {}, "HEAD");
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(SCRIPT.length)]);
  });

  it("belongs to its own product", async () => {
    const { get } = await open();
    expect((await get("org.example.other")).status).toBe(404);
  });

  it("is named as out of reach while the store does not give it, and given again after", async () => {
    const { get, path } = await open();
    await rename(path, `${path}-away`);
    const answer = await get();
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ errors: [{ code: "UNAVAILABLE" }] });
    await rename(`${path}-away`, path);
    expect(await (await get()).text()).toBe(SCRIPT);
  });

  it("is fetched by hosts themselves where the store is set to that", async () => {
    const { get } = await open({ publicUrl: "https://releases.example/web", hostAccess: "redirect" });
    const answer = await get();
    expect(answer.status).toBe(307);
    expect(answer.headers.get("location")).toMatch(/^https:\/\/releases\.example\/web\/org\.example\.web\/1\.0\.0\//);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });
});
