import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { untilAborted } from "#test/fakes/gated-store.ts";
import { PRODUCT } from "../release/release-fixture.ts";
import { shelfWorld } from "./shelf-world.ts";

const FILES = { "web-amd64": "#!/bin/sh\necho amd64\n", "web-arm64": "#!/bin/sh\necho arm64\n" };

describe("a release for several stores", () => {
  it("is published once all of them have it, and is shown with each of them", async () => {
    const { fixture, shelf, attic, folder } = await shelfWorld();
    const { id } = await fixture.draft("1.0.0", FILES);
    const begun = await fixture.client.releases.publish({ releaseId: id, storeIds: [LOCAL_STORE_ID, shelf.id, attic.id] });
    expect(begun.stores.map((one) => [one.name, one.kind])).toEqual([
      ["local", "local"],
      ["shelf", "folder"],
      ["attic", "folder"],
    ]);
    const release = await fixture.published(id);
    expect(release).toMatchObject({ state: "published", stores: [{ state: "completed" }, { state: "completed" }, { state: "completed" }] });
    expect(release.publishing).toBeUndefined();
    for (const name of ["shelf", "attic"])
      expect((await readdir(join(folder, name, PRODUCT, "1.0.0"))).toSorted()).toMatchObject({ length: 5 });
  });

  it("waits as a whole for the one that is not there yet, and hosts see nothing before", async () => {
    const { fixture, stores, shelf } = await shelfWorld();
    let isOpen = false;
    stores.gate = async (step) => {
      if (step.id === "finish" && !isOpen) throw new AppError("STORE_FORBIDDEN", "Nobody may write there.");
    };
    const { id } = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: id, storeIds: [LOCAL_STORE_ID, shelf.id] });
    const failed = await fixture.reached(id, shelf.id, "failed");
    expect(failed).toMatchObject({ error: { code: "STORE_FORBIDDEN" } });
    const here = await fixture.reached(id, LOCAL_STORE_ID, "waiting");
    expect(here.message).toBe("Waits for another store.");
    const row = await fixture.client.releases.get({ releaseId: id });
    expect(row).toMatchObject({ state: "draft", publishing: { state: "failed" } });
    const { manifestSha256 } = await fixture.releases.plane.store.read
      .selectFrom("releases")
      .select("manifestSha256")
      .executeTakeFirstOrThrow();
    expect(fixture.releases.plane.trust.findTarget(`${PRODUCT}/${manifestSha256}.1.0.0.json`)).toBeUndefined();
    isOpen = true;
    await fixture.client.publications.resume({ publicationId: failed.id });
    expect(await fixture.published(id)).toMatchObject({ state: "published" });
    expect(fixture.releases.plane.trust.findTarget(`${PRODUCT}/${manifestSha256}.1.0.0.json`)).toBeDefined();
  });

  it("goes where the application's newest release went, when nobody says where", async () => {
    const { fixture, shelf } = await shelfWorld();
    const first = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: first.id, storeIds: [shelf.id] });
    await fixture.published(first.id);
    const second = await fixture.draft("1.1.0", { web: "#!/bin/sh\n2" });
    expect((await fixture.client.releases.publish({ releaseId: second.id })).stores.map((one) => one.name)).toEqual(["shelf"]);
    expect((await fixture.published(second.id)).stores).toMatchObject([{ name: "shelf", state: "completed" }]);
  });

  it("can be brought to one more store, with the same signed bytes, when its files lie only elsewhere", async () => {
    const { fixture, shelf, attic } = await shelfWorld();
    const draft = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: draft.id, storeIds: [shelf.id] });
    await fixture.published(draft.id);
    for (const { digests } of draft.artifacts) await fixture.blobs.remove(digests.sha256);
    await fixture.client.applications.update({ applicationId: draft.applicationId, revision: 0, name: "Web renamed", description: "" });
    for (const storeId of [attic.id, LOCAL_STORE_ID]) {
      const { id } = await fixture.client.publications.create({ releaseId: draft.id, storeId });
      await fixture.reached(draft.id, storeId, "completed");
      await expect(fixture.client.publications.cancel({ publicationId: id })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    }
    for (const { digests } of draft.artifacts) expect(await fixture.blobs.stat(digests.sha256)).toBeDefined();
    const at = { applicationId: draft.applicationId, reference: "1.0.0" };
    const [first, second] = [
      await fixture.client.stores.inspect({ ...at, storeId: shelf.id }),
      await fixture.client.stores.inspect({ ...at, storeId: attic.id }),
    ];
    expect(second.files).toEqual(first.files);
    await expect(fixture.client.publications.create({ releaseId: draft.id, storeId: attic.id })).rejects.toMatchObject({
      code: "CONFLICT_EXISTS",
    });
  });
});

describe("a publication", () => {
  it("is tried again by itself after a failure that may pass, and shows when", async () => {
    const { fixture, stores, shelf } = await shelfWorld();
    let failures = 5;
    stores.gate = (step) =>
      step.phase === "upload" && failures-- > 0 ? Promise.reject(new AppError("REMOTE_UNREACHABLE", "It is away.")) : Promise.resolve();
    const { id } = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    const retrying = await fixture.until(async () => {
      const found = await fixture.publicationOf(id, shelf.id);
      return found.retryAt === undefined ? undefined : found;
    });
    expect(retrying).toMatchObject({ state: "running", error: { code: "REMOTE_UNREACHABLE", message: "It is away." } });
    const ended = await fixture.reached(id, shelf.id, "completed");
    expect(ended.error).toBeUndefined();
    expect(Math.max(...ended.steps.map((step) => step.attempts))).toBeGreaterThan(1);
  });

  it("stands as failed after a dozen failures without progress, and goes on when somebody resumes it", async () => {
    const { fixture, stores, shelf } = await shelfWorld();
    stores.gate = () => Promise.reject(new AppError("REMOTE_TIMEOUT", "It does not answer."));
    const { id } = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    const failed = await fixture.reached(id, shelf.id, "failed");
    expect(stores.begun).toHaveLength(12);
    stores.gate = () => Promise.resolve();
    await fixture.client.publications.resume({ publicationId: failed.id });
    await fixture.published(id);
  });

  it("waits as long as the store asks", async () => {
    const { fixture, stores, shelf } = await shelfWorld();
    stores.gate = () => Promise.reject(new AppError("RATE_LIMITED", "Slowly.", { details: { retryAfterMs: 3_600_000 } }));
    const { id } = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    const retrying = await fixture.until(async () => {
      const found = await fixture.publicationOf(id, shelf.id);
      return found.retryAt === undefined ? undefined : found;
    });
    expect(retrying.retryAt).toBeGreaterThan(Date.now() + 3_000_000);
    expect(stores.begun).toHaveLength(1);
  });

  it("stops in the middle of a step when it is paused, keeps what arrived, and goes on when it is resumed", async () => {
    const { fixture, stores, shelf } = await shelfWorld();
    stores.gate = (step, { signal }) => (step.id === "describe" ? untilAborted(signal) : Promise.resolve());
    const { id } = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    const running = await fixture.until(async () => {
      const found = await fixture.publicationOf(id, shelf.id);
      return found.steps.some((step) => step.id === "describe" && step.state === "running") ? found : undefined;
    });
    const paused = await fixture.client.publications.pause({ publicationId: running.id });
    expect(paused).toMatchObject({ state: "paused", doneBytes: paused.totalBytes });
    await fixture.restart();
    expect(await fixture.publicationOf(id, shelf.id)).toMatchObject({ state: "paused" });
    stores.gate = () => Promise.resolve();
    stores.begun.length = 0;
    await fixture.client.publications.resume({ publicationId: running.id });
    await fixture.published(id);
    expect(stores.begun).toEqual(["describe", "signatures", "finish"]);
  });

  it("cannot be resumed while it runs, and is not disturbed by the try", async () => {
    const { fixture, stores, shelf } = await shelfWorld();
    const { promise, resolve } = Promise.withResolvers<void>();
    stores.gate = (step) => (step.id === "verify" ? promise : Promise.resolve());
    const { id } = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    const running = await fixture.publicationOf(id, shelf.id);
    await expect(fixture.client.publications.resume({ publicationId: running.id })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    resolve();
    await fixture.published(id);
  });

  it("leaves no withdrawn release in a store that it reaches later", async () => {
    const { fixture, stores, shelf, folder } = await shelfWorld();
    const { promise, resolve } = Promise.withResolvers<void>();
    const { id } = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: id });
    stores.gate = (step) => (step.id === "verify" ? promise : Promise.resolve());
    await fixture.client.publications.create({ releaseId: id, storeId: shelf.id });
    await fixture.client.releases.withdraw({ releaseId: id, reason: "bad" });
    resolve();
    await fixture.reached(id, shelf.id, "completed");
    await expect.poll(() => readFile(join(folder, "shelf", PRODUCT, "index.json"), "utf8")).toContain('"versions": []');
    await expect.poll(async () => (await fixture.publicationOf(id, shelf.id)).message).toContain("Its files stay in");
  });

  it("is completed by the next start when Rollcall is stopped in the middle", async () => {
    const { fixture, stores, shelf } = await shelfWorld();
    stores.gate = (step, { signal }) => (step.id === "verify" ? untilAborted(signal) : Promise.resolve());
    const { id } = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id, LOCAL_STORE_ID] });
    await fixture.reached(id, LOCAL_STORE_ID, "waiting");
    stores.gate = () => Promise.resolve();
    await fixture.restart();
    expect(await fixture.published(id)).toMatchObject({ state: "published" });
  });

  it("tells of its bytes at most twice a second, however many chunks go by", async () => {
    const { fixture, stores, shelf } = await shelfWorld();
    stores.gate = async (step, { onProgress }) => {
      if (step.phase === "upload") for (let doneBytes = 0; doneBytes < 5000; doneBytes += 1) onProgress(doneBytes);
      await Promise.resolve();
    };
    const { id } = await fixture.draft("1.0.0", { web: "x".repeat(10_000) });
    let told = 0;
    fixture.releases.plane.store.onCommitted(
      (events) => (told += events.filter(({ event }) => event.topic === "publication.changed").length),
    );
    const from = Date.now();
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    await fixture.published(id);
    // Begun, ended, and the last flush come on top.
    expect(told).toBeLessThanOrEqual(4 + Math.ceil((Date.now() - from) / 500));
  });
});
