import { hash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pruneAdoptions } from "#main/control-plane/adoption/prune-adoptions.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { untilAborted } from "#test/fakes/gated-store.ts";
import { shelfWorld, type ShelfWorld } from "../publication/shelf-world.ts";
import { PRODUCT } from "../release/release-fixture.ts";
import { putRelease, putSums, wanted } from "./foreign-shelf.ts";

const sha256 = (text: string): string => hash("sha256", text);

async function begin({ fixture, shelf }: ShelfWorld, ...releases: readonly ReturnType<typeof wanted>[]) {
  const { applicationId } = fixture.releases;
  return fixture.client.adoptions.create({ storeId: shelf.id, applicationId, releases: [...releases] });
}

/** A world whose second release holds its only file up until the adoption is stopped. */
async function heldWorld() {
  const world = await shelfWorld();
  const shelf = join(world.folder, "shelf");
  for (const version of ["1.0.0", "1.1.0"]) await putRelease(shelf, version, { web: version });
  world.stores.openGate = (location, signal) => (JSON.stringify(location).includes("1.1.0") ? untilAborted(signal) : Promise.resolve());
  const { id } = await begin(world, wanted("1.0.0", "web"), wanted("1.1.0", "web"));
  await world.fixture.until(async () => {
    const { releases } = await world.fixture.client.adoptions.get({ adoptionId: id });
    return releases[0]?.state === "done" && releases[1]?.totalBytes === 5 ? true : undefined;
  });
  return { ...world, id, open: () => (world.stores.openGate = () => Promise.resolve()) };
}

describe("an adoption", () => {
  it("answers at once, and makes a draft of every release, each audited once", async () => {
    const world = await shelfWorld();
    const { client } = world.fixture;
    for (const version of ["1.0.0", "1.1.0"]) await putRelease(join(world.folder, "shelf"), version, { "web-amd64": version, web2: "x" });
    const begun = await begin(world, wanted("1.0.0", "web-amd64", "web2"), wanted("1.1.0", "web-amd64"));
    expect(begun).toMatchObject({ state: "running", releases: [{ reference: "1.0.0" }, { reference: "1.1.0" }] });
    const ended = await world.fixture.adoption(begun.id, "completed");
    expect(ended).toMatchObject({ message: "All 2 are here as drafts.", doneBytes: 11, totalBytes: 11 });
    const drafts = await client.releases.list({ applicationId: begun.applicationId });
    expect(drafts.map((one) => [one.version, one.state, one.artifacts.length])).toEqual(
      expect.arrayContaining([
        ["1.0.0", "draft", 2],
        ["1.1.0", "draft", 1],
      ]),
    );
    expect((await client.audit.list({ action: "release.adopted", limit: 10 })).rows.map((one) => one.subject).toSorted()).toEqual(
      drafts.map((one) => `release:${one.id}`).toSorted(),
    );
    expect(await client.adoptions.list({})).toEqual([]);
    expect(await client.adoptions.list({ applicationId: begun.applicationId })).toEqual([ended]);
  });

  it("goes on with the others when one cannot be adopted, says why, and tries it again when it is mended", async () => {
    const world = await shelfWorld();
    const { client } = world.fixture;
    const shelf = join(world.folder, "shelf");
    await putRelease(shelf, "1.0.0", { attic: "x" });
    await putRelease(shelf, "1.1.0", { web: "x" });
    const { id } = await begin(world, wanted("1.0.0", "web"), wanted("1.1.0", "web"));
    const failed = await world.fixture.adoption(id, "failed");
    expect(failed.message).toBe("1 of 2 were not adopted. 1 is here as a draft and stays.");
    expect(failed.releases).toMatchObject([
      { state: "failed", error: { code: "NOT_FOUND", message: "1.0.0 has no file web; no draft was made." } },
      { state: "done", releaseId: expect.any(String) },
    ]);
    expect((await client.adoptions.list({})).map((one) => one.id)).toEqual([id]);
    await putRelease(shelf, "1.0.0", { web: "x" });
    expect(await client.adoptions.resume({ adoptionId: id })).toMatchObject({ id });
    expect((await world.fixture.adoption(id, "completed")).releases.map((one) => one.state)).toEqual(["done", "done"]);
    expect((await client.audit.list({ action: "adoption.failed", limit: 10 })).rows).toHaveLength(1);
  });

  it("tries what may come back again by itself", async () => {
    const world = await shelfWorld();
    await putRelease(join(world.folder, "shelf"), "1.0.0", { web: "x" });
    let calls = 0;
    world.stores.openGate = () => {
      calls += 1;
      return calls < 4 ? Promise.reject(new AppError("REMOTE_UNREACHABLE", "The shelf does not answer.")) : Promise.resolve();
    };
    const { id } = await begin(world, wanted("1.0.0", "web"));
    expect((await world.fixture.adoption(id, "completed")).releases[0]).toMatchObject({ attempts: 4, state: "done" });
    expect((await world.fixture.client.uploads.list()).filter((one) => one.state === "failed")).toEqual([]);
  });

  it("refuses a version that is here, wanted twice, or on its way", async () => {
    const { fixture, id, ...world } = await heldWorld();
    const again = (...versions: readonly string[]) => begin({ ...world, fixture }, ...versions.map((one) => wanted(one, "web")));
    await expect(again("1.0.0")).rejects.toMatchObject({ code: "CONFLICT_EXISTS", message: expect.stringContaining("already") });
    await expect(again("2.0.0", "2.0.0")).rejects.toMatchObject({ code: "CONFLICT_EXISTS", message: expect.stringContaining("twice") });
    await expect(again("1.1.0")).rejects.toMatchObject({ code: "CONFLICT_EXISTS", message: expect.stringContaining("being brought in") });
    await expect(fixture.client.stores.remove({ storeId: world.shelf.id })).rejects.toMatchObject({ code: "CONFLICT_IN_USE" });
    await fixture.client.adoptions.cancel({ adoptionId: id });
  });
});

describe("people", () => {
  it("pause it, and let it go on where it was", async () => {
    const { fixture, id, open } = await heldWorld();
    const paused = await fixture.client.adoptions.pause({ adoptionId: id });
    expect(paused).toMatchObject({ state: "paused", message: "Paused by admin.", releases: [{ state: "done" }, { state: "pending" }] });
    open();
    await fixture.restart();
    expect((await fixture.client.adoptions.get({ adoptionId: id })).state).toBe("paused");
    await fixture.client.adoptions.resume({ adoptionId: id });
    await fixture.adoption(id, "completed");
    await expect(fixture.client.adoptions.pause({ adoptionId: id })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
  });

  it("give it up: its drafts stay, and nothing is left of the rest", async () => {
    const { fixture, id } = await heldWorld();
    const given = await fixture.client.adoptions.cancel({ adoptionId: id });
    expect(given).toMatchObject({ state: "cancelled", message: "1 of 2 were not adopted. 1 is here as a draft and stays." });
    expect(await fixture.client.uploads.list()).toEqual([]);
    const releases = await fixture.client.releases.list({ applicationId: given.applicationId });
    expect(releases.map((one) => one.version)).toEqual(["1.0.0"]);
    expect(await fixture.adopt({ storeId: given.storeId, ...wanted("1.0.0", "web"), version: "1.0.1" })).toMatchObject({
      version: "1.0.1",
    });
  });
});

describe("a restart in the middle of an adoption", () => {
  it("goes on by itself, and fetches what has arrived no second time", async () => {
    const world = await shelfWorld();
    const shelf = join(world.folder, "shelf");
    await putRelease(shelf, "1.0.0", { web: "here", tool: "late" });
    await putSums(shelf, "1.0.0", { web: sha256("here"), tool: sha256("late") });
    const opened: string[] = [];
    world.stores.openGate = (location, signal) => {
      opened.push(JSON.stringify(location));
      return opened.length === 2 ? untilAborted(signal) : Promise.resolve();
    };
    const { id } = await begin(world, wanted("1.0.0", "web", "tool"));
    await expect.poll(() => opened.length, { timeout: 30_000 }).toBe(2);
    await world.fixture.restart();
    const { releases } = await world.fixture.adoption(id, "completed");
    expect(releases[0]).toMatchObject({ attempts: 2, doneBytes: 8 });
    expect(opened.map((one) => /web|tool/.exec(one.replaceAll(PRODUCT, ""))?.[0])).toEqual(["web", "tool", "tool"]);
  });

  it("never mixes a draft of two states of the store", async () => {
    const world = await shelfWorld();
    const shelf = join(world.folder, "shelf");
    await putRelease(shelf, "1.0.0", { web: "old", tool: "old" });
    await putSums(shelf, "1.0.0", { web: sha256("old"), tool: sha256("old") });
    let calls = 0;
    world.stores.openGate = (_, signal) => {
      calls += 1;
      return calls === 2 ? untilAborted(signal) : Promise.resolve();
    };
    const { id } = await begin(world, wanted("1.0.0", "web", "tool"));
    await expect.poll(() => calls, { timeout: 30_000 }).toBe(2);
    await world.fixture.client.adoptions.pause({ adoptionId: id });
    await rm(join(shelf, PRODUCT, "1.0.0"), { recursive: true });
    await putRelease(shelf, "1.0.0", { web: "new", tool: "new" });
    await putSums(shelf, "1.0.0", { web: sha256("new"), tool: sha256("new") });
    await world.fixture.client.adoptions.resume({ adoptionId: id });
    const { releases } = await world.fixture.adoption(id, "completed");
    const draft = await world.fixture.client.releases.get({ releaseId: releases[0]!.releaseId! });
    expect(draft.artifacts.map((one) => one.digests.sha256)).toEqual([sha256("new"), sha256("new")]);
  });
});

describe("what came of an adoption", () => {
  it("is forgotten thirty days after its end, and never while it is open", async () => {
    const world = await heldWorld();
    const { store } = world.fixture.releases.plane;
    await putRelease(join(world.folder, "shelf"), "0.9.0", { web: "x" });
    const ended = await begin(world, wanted("0.9.0", "web"));
    await world.fixture.adoption(ended.id, "completed");
    const ageTo = (days: number) =>
      store.write(({ db, now }) =>
        db
          .updateTable("adoptions")
          .set({ finishedAt: now - days * 86_400_000 })
          .where("id", "=", ended.id)
          .execute(),
      );
    const known = async (): Promise<readonly string[]> =>
      (await world.fixture.client.adoptions.list({ applicationId: ended.applicationId })).map((one) => one.id);
    await ageTo(29);
    await pruneAdoptions(store);
    expect([...(await known())].toSorted()).toEqual([world.id, ended.id].toSorted());
    await ageTo(31);
    await pruneAdoptions(store);
    expect(await known()).toEqual([world.id]);
    const left = await store.read.selectFrom("adoptionFiles").select("adoptionId").execute();
    expect(new Set(left.map((one) => one.adoptionId))).toEqual(new Set([world.id]));
    await world.fixture.client.adoptions.cancel({ adoptionId: world.id });
  });
});
