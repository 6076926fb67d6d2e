import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Upload as TusUpload } from "tus-js-client";
import { describe, expect, it } from "vitest";
import type { Principal } from "#shared/domain/access/permission.ts";
import { openFsUploadFiles } from "#main/adapters/fs-upload-files/fs-upload-files.ts";
import { uploadsMount } from "#main/server/http/uploads-mount.ts";
import { httpServer } from "#test/builders/http-server.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { ADMINISTRATOR, ReleaseFixture } from "../../release/release-fixture.ts";

const CONTENT = Buffer.from(`#!/bin/sh\n${"echo hello\n".repeat(1000)}`);
const encode = (name: string): string => `filename ${Buffer.from(name).toString("base64")}`;

/** Serves the fixture's uploads; a restart of the fixture is followed, as a shell would mount anew. */
async function serve(fixture: ReleaseFixture, principal: Principal = ADMINISTRATOR, maxBytes = 10_000_000) {
  const folder = join(fixture.folder, "uploads");
  const files = await openFsUploadFiles(folder);
  const mountNow = () => uploadsMount({ uploads: fixture.plane.uploads, files, folder, maxBytes: () => maxBytes, logger: quietLogger() });
  let plane = fixture.plane;
  let mount = mountNow();
  const origin = await httpServer((request, response) => {
    if (plane !== fixture.plane) [plane, mount] = [fixture.plane, mountNow()];
    void mount(request, response, principal);
  });
  const call = (method: string, path: string, headers: Record<string, string> = {}, body?: Uint8Array<ArrayBuffer>) =>
    fetch(new URL(path, origin), { method, headers: { "tus-resumable": "1.0.0", ...headers }, ...(body === undefined ? {} : { body }) });
  const create = (name: string, length: number) =>
    call("POST", "/uploads", { "upload-length": String(length), "upload-metadata": encode(name) });
  const patch = (path: string, offset: number, body: Uint8Array<ArrayBuffer>) =>
    call("PATCH", path, { "upload-offset": String(offset), "content-type": "application/offset+octet-stream" }, body);
  return { origin, call, create, patch };
}

describe("the tus mount", () => {
  it("takes a file from a tus client in chunks and makes it a ready upload", async () => {
    const fixture = await ReleaseFixture.open();
    const { origin } = await serve(fixture);
    const url = await new Promise<string>((settle, fail) => {
      const upload = new TusUpload(CONTENT, {
        endpoint: `${origin}/uploads`,
        chunkSize: 4096,
        metadata: { filename: "web-3.1.4.sh" },
        onError: fail,
        onSuccess: () => settle(upload.url ?? ""),
      });
      upload.start();
    });
    await fixture.plane.uploads.idle();
    expect(await fixture.client.uploads.get({ uploadId: url.split("/").at(-1) ?? "" })).toMatchObject({
      state: "ready",
      fileName: "web-3.1.4.sh",
      digests: { sha256: createHash("sha256").update(CONTENT).digest("hex") },
      inspection: { format: "script", version: { value: "3.1.4" } },
    });
    expect(await readdir(join(fixture.folder, "uploads"))).toEqual([]);
  });

  it("goes on after a restart where it stopped", async () => {
    const fixture = await ReleaseFixture.open();
    const { call, create, patch } = await serve(fixture);
    const location = (await create("web", CONTENT.length)).headers.get("location") ?? "";
    expect((await patch(location, 0, CONTENT.subarray(0, 5000))).status).toBe(204);
    await fixture.restart();
    expect((await call("HEAD", location)).headers.get("upload-offset")).toBe("5000");
    expect((await patch(location, 4000, CONTENT.subarray(4000))).status).toBe(409);
    expect((await patch(location, 5000, CONTENT.subarray(5000))).status).toBe(204);
    await fixture.plane.uploads.idle();
    const upload = await fixture.client.uploads.get({ uploadId: location.split("/").at(-1) ?? "" });
    expect(upload).toMatchObject({ state: "ready", digests: { sha1: createHash("sha1").update(CONTENT).digest("hex") } });
    expect((await call("HEAD", location)).headers.get("upload-offset")).toBe(String(CONTENT.length));
  });

  it.each([
    ["../../etc/cron.d/x", 10, 400, "INPUT_PATH_REFUSED"],
    ["", 10, 400, "INPUT_PATH_REFUSED"],
    ["web", 0, 422, "ARTIFACT_EMPTY"],
    ["web", 2 ** 40, 413, "INPUT_TOO_LARGE"],
  ])("refuses %j of %i bytes with %i %s", async (name, length, status, code) => {
    const fixture = await ReleaseFixture.open();
    const answer = await (await serve(fixture, ADMINISTRATOR, 2 ** 50)).create(name, length);
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
    expect(await fixture.client.uploads.list()).toEqual([]);
  });

  it("says that the disk is full before a byte is sent", async () => {
    const files = await openFsUploadFiles(join((await ReleaseFixture.open()).folder, "uploads"));
    const fixture = await ReleaseFixture.open({ uploadFiles: { ...files, freeBytes: () => Promise.resolve(0) } });
    const answer = await (await serve(fixture)).create("web", 10);
    expect([answer.status, await answer.json()]).toMatchObject([507, { code: "ENV_DISK_FULL" }]);
  });

  it("lets only publishers send, and only by the protocol", async () => {
    const fixture = await ReleaseFixture.open();
    const viewer = await serve(fixture, { ...ADMINISTRATOR, role: "viewer" });
    expect((await viewer.create("web", 10)).status).toBe(403);
    const { call, create } = await serve(fixture);
    expect((await call("GET", "/uploads/c9f0f895-fb98-4b91-85a7-0b2a9a0f7f11")).status).toBe(405);
    expect((await call("HEAD", "/uploads/c9f0f895-fb98-4b91-85a7-0b2a9a0f7f11")).status).toBe(404);
    expect((await call("HEAD", "/uploads/..%2f..%2frollcall.sqlite")).status).toBe(404);
    expect((await call("POST", "/uploads", { "upload-defer-length": "1", "upload-metadata": encode("web") })).status).toBe(501);
    const answer = await create("web", 10);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("location")).toMatch(/^\/uploads\/[0-9a-f-]{36}$/);
  });

  it.each([
    ["the right digest", createHash("sha256").update(CONTENT).digest("hex"), "ready", undefined],
    ["another digest", "0".repeat(64), "failed", "ARTIFACT_DIGEST_MISMATCH"],
  ])("holds the bytes against %s that their sender announced", async (_, sha256, state, code) => {
    const fixture = await ReleaseFixture.open();
    const { call, patch } = await serve(fixture);
    const metadata = `${encode("web")},sha256 ${Buffer.from(sha256).toString("base64")}`;
    const location =
      (await call("POST", "/uploads", { "upload-length": String(CONTENT.length), "upload-metadata": metadata })).headers.get("location") ??
      "";
    await patch(location, 0, CONTENT);
    await fixture.plane.uploads.idle();
    const upload = await fixture.client.uploads.get({ uploadId: location.split("/").at(-1) ?? "" });
    expect([upload.state, upload.error?.code]).toEqual([state, code]);
  });

  it("refuses an announcement that is no digest", async () => {
    const { call } = await serve(await ReleaseFixture.open());
    const metadata = `${encode("web")},sha256 ${Buffer.from("abc").toString("base64")}`;
    expect((await call("POST", "/uploads", { "upload-length": "10", "upload-metadata": metadata })).status).toBe(400);
  });

  it("refuses more bytes than were announced", async () => {
    const fixture = await ReleaseFixture.open();
    const { create, patch } = await serve(fixture);
    const location = (await create("web", 10)).headers.get("location") ?? "";
    expect((await patch(location, 0, CONTENT.subarray(0, 50))).status).toBe(413);
  });

  it("forgets what its sender gave up", async () => {
    const fixture = await ReleaseFixture.open();
    const { call, create, patch } = await serve(fixture);
    const location = (await create("web", 100)).headers.get("location") ?? "";
    await patch(location, 0, CONTENT.subarray(0, 50));
    expect((await call("DELETE", location)).status).toBe(204);
    expect(await fixture.client.uploads.list()).toEqual([]);
    expect(await readdir(join(fixture.folder, "uploads"))).toEqual([]);
  });
});
