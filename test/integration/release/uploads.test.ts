import { createHash } from "node:crypto";
import { appendFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { openFsUploadFiles } from "#main/adapters/fs-upload-files/fs-upload-files.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { fakeClock } from "#test/fakes/clock.ts";
import { clientOf, ReleaseFixture } from "./release-fixture.ts";

const hex = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest("hex");
const SCRIPT = "#!/bin/sh\necho hello\n";

describe("importing a path", () => {
  it("finds digests, format, platform and version, and tells of it live", async () => {
    const fixture = await ReleaseFixture.open();
    const topics: string[] = [];
    fixture.plane.store.onCommitted((events) => topics.push(...events.map(({ event }) => event.topic)));
    const upload = await fixture.upload(SCRIPT, "web-1.4.2.sh");
    expect(upload).toMatchObject({
      state: "ready",
      fileName: "web-1.4.2.sh",
      sizeBytes: SCRIPT.length,
      receivedBytes: SCRIPT.length,
      duplicate: false,
      digests: { sha256: hex("sha256", SCRIPT), sha1: hex("sha1", SCRIPT), sha512: hex("sha512", SCRIPT) },
      inspection: { format: "script", platform: { value: "any", from: "file header" }, version: { value: "1.4.2", from: "file name" } },
    });
    expect(topics).toEqual(expect.arrayContaining(["upload.started", "upload.ready"]));
  });

  it("says that the same bytes are stored already, and adopts them by digest without sending anything", async () => {
    const fixture = await ReleaseFixture.open();
    await fixture.upload(SCRIPT);
    expect((await fixture.upload(SCRIPT)).duplicate).toBe(true);
    const adopted = await fixture.client.uploads.adopt({ sha256: hex("sha256", SCRIPT), fileName: "again-2.0.0" });
    expect(adopted).toMatchObject({ state: "ready", duplicate: true, sizeBytes: SCRIPT.length, digests: { sha1: hex("sha1", SCRIPT) } });
    expect(await fixture.client.uploads.adopt({ sha256: "0".repeat(64), fileName: "unknown" })).toBeUndefined();
  });

  it("tells which releases hold the same bytes, before anything is sent", async () => {
    const fixture = await ReleaseFixture.open();
    const release = await fixture.published("1.0.0");
    const sha256 = release.artifacts[0]?.digests.sha256 ?? "";
    expect(await fixture.client.uploads.recognize({ sha256: [sha256, "0".repeat(64)] })).toEqual([
      {
        sha256,
        applicationId: release.applicationId,
        applicationName: "Web",
        releaseId: release.id,
        version: "1.0.0",
        state: "published",
        platform: "any",
      },
    ]);
  });

  it.each([
    ["a missing file", "missing", "ARTIFACT_UNREADABLE"],
    ["a folder", "folder", "ARTIFACT_UNREADABLE"],
    ["an empty file", "empty", "ARTIFACT_EMPTY"],
  ])("refuses %s", async (_, name, code) => {
    const fixture = await ReleaseFixture.open();
    await mkdir(join(fixture.folder, "folder"));
    await writeFile(join(fixture.folder, "empty"), "");
    await expect(fixture.client.uploads.importPath({ path: join(fixture.folder, name) })).rejects.toMatchObject({ code });
    expect(await fixture.client.uploads.list()).toEqual([]);
  });

  it("refuses a relative path, and any path from a caller on another machine", async () => {
    const { client, plane } = await ReleaseFixture.open();
    await expect(client.uploads.importPath({ path: "web-1.0.0" })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    const remote = clientOf(plane, { name: "token:ci", role: "administrator", fleets: "all", local: false });
    await expect(remote.uploads.importPath({ path: "/etc/hostname" })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });

  it("fails a file that changes while it is read, and stores nothing of it", async () => {
    const folder = await tempFolder();
    const blobs = await openFsBlobStore(join(folder, "store"));
    const path = join(folder, "growing");
    await writeFile(path, Buffer.alloc(1_000_000, 7));
    const fixture = await ReleaseFixture.open({
      blobs: {
        ...blobs,
        importFile: (file, options = {}) => blobs.importFile(file, { ...options, onBytes: () => void appendFile(path, "x") }),
      },
    });
    const { id } = await fixture.client.uploads.importPath({ path });
    await fixture.plane.uploads.idle();
    expect(await fixture.client.uploads.get({ uploadId: id })).toMatchObject({
      state: "failed",
      error: { code: "ARTIFACT_CHANGED" },
    });
    expect((await blobs.usage()).blobCount).toBe(0);
  });

  it("fails with ENV_DISK_FULL when the volume is too small, before anything is noted", async () => {
    const files = await openFsUploadFiles(join(await tempFolder(), "uploads"));
    const fixture = await ReleaseFixture.open({ uploadFiles: { ...files, freeBytes: () => Promise.resolve(1000) } });
    await expect(fixture.upload(SCRIPT)).rejects.toMatchObject({ code: "ENV_DISK_FULL" });
    expect(await fixture.client.uploads.list()).toEqual([]);
  });
});

describe("uploads by a transport", () => {
  const begin = (fixture: ReleaseFixture, fileName = "web-1.0.0", sizeBytes = SCRIPT.length) =>
    fixture.plane.uploads.begin("user:ana", { fileName, sizeBytes });
  const arrived = async (fixture: ReleaseFixture, id: string, bytes: string): Promise<void> =>
    writeFile(join(fixture.folder, "uploads", id), bytes);

  it("verifies what arrived and removes the transport's file", async () => {
    const fixture = await ReleaseFixture.open();
    const { id } = await begin(fixture);
    await arrived(fixture, id, SCRIPT);
    await fixture.plane.uploads.complete(id);
    await fixture.plane.uploads.idle();
    expect(await fixture.client.uploads.get({ uploadId: id })).toMatchObject({
      state: "ready",
      digests: { sha256: hex("sha256", SCRIPT) },
    });
    expect(await readdir(join(fixture.folder, "uploads"))).toEqual([]);
  });

  it("fails what is not as long as announced", async () => {
    const fixture = await ReleaseFixture.open();
    const { id } = await begin(fixture);
    await arrived(fixture, id, "short");
    await fixture.plane.uploads.complete(id);
    await fixture.plane.uploads.idle();
    expect(await fixture.client.uploads.get({ uploadId: id })).toMatchObject({
      state: "failed",
      error: { code: "ARTIFACT_DIGEST_MISMATCH" },
    });
  });

  it.each([
    ["../etc/passwd", 10, "INPUT_PATH_REFUSED"],
    ["a/b", 10, "INPUT_PATH_REFUSED"],
    ["..", 10, "INPUT_PATH_REFUSED"],
    ["web", 0, "ARTIFACT_EMPTY"],
    ["web", 2 ** 40, "INPUT_TOO_LARGE"],
  ])("refuses to begin %j of %i bytes", async (fileName, sizeBytes, code) => {
    const fixture = await ReleaseFixture.open();
    await expect(begin(fixture, fileName, sizeBytes)).rejects.toMatchObject({ code });
  });

  it("goes on after a restart: what was complete is verified, what is partial waits, what is lost says so", async () => {
    const fixture = await ReleaseFixture.open();
    const [complete, partial, lost] = [await begin(fixture), await begin(fixture), await begin(fixture)];
    await arrived(fixture, complete.id, SCRIPT);
    await arrived(fixture, partial.id, "#!/bin");
    await arrived(fixture, "c9f0f895-fb98-4b91-85a7-0b2a9a0f7f11", "a stranger's file");
    await fixture.restart();
    await fixture.plane.uploads.idle();
    const stateOf = async (id: string) => (await fixture.client.uploads.get({ uploadId: id })).state;
    expect([await stateOf(complete.id), await stateOf(partial.id), await stateOf(lost.id)]).toEqual(["ready", "receiving", "failed"]);
    expect(await readdir(join(fixture.folder, "uploads"))).toEqual([partial.id]);
  });

  it("tells progress at most twice a second, and nothing once the upload ended", async () => {
    const clock = fakeClock();
    const fixture = await ReleaseFixture.open({ clock });
    const { id } = await begin(fixture);
    const progressed: number[] = [];
    fixture.plane.store.onCommitted((events) =>
      progressed.push(...events.filter(({ event }) => event.topic === "upload.progressed").map(({ event }) => event.sequence)),
    );
    for (let receivedBytes = 1; receivedBytes <= 10; receivedBytes += 1) {
      fixture.plane.uploads.received(id, receivedBytes);
      clock.sleep(100);
    }
    await fixture.client.uploads.discard({ uploadId: id });
    clock.sleep(1000);
    fixture.plane.uploads.received(id, 11);
    await fixture.plane.store.write(() => Promise.resolve());
    expect(progressed).toHaveLength(2);
  });

  it("forgets abandoned uploads with their files after a day, and ready ones after a week", async () => {
    const clock = fakeClock();
    const fixture = await ReleaseFixture.open({ clock });
    const abandoned = await begin(fixture);
    await arrived(fixture, abandoned.id, "#!");
    const ready = await fixture.upload(SCRIPT);
    clock.sleep(25 * 3_600_000);
    await fixture.restart({ clock });
    await fixture.plane.store.write(() => Promise.resolve());
    await expect.poll(async () => (await fixture.client.uploads.list()).map((one) => one.id), { timeout: 20_000 }).toEqual([ready.id]);
    await expect.poll(() => readdir(join(fixture.folder, "uploads")), { timeout: 20_000 }).toEqual([]);
  });
});

describe("inspecting the head of a file", () => {
  it("tells the publish screen what the file is before anything is sent", async () => {
    const { client } = await ReleaseFixture.open();
    const head = Buffer.from(SCRIPT).toString("base64");
    expect(await client.uploads.inspect({ fileName: "web-2.0.0", head })).toMatchObject({ format: "script", version: { value: "2.0.0" } });
    await expect(client.uploads.inspect({ fileName: "a/b", head })).rejects.toMatchObject({ code: "INPUT_PATH_REFUSED" });
  });
});
