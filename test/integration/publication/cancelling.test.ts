import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { untilAborted } from "#test/fakes/gated-store.ts";
import { PRODUCT } from "../release/release-fixture.ts";
import { shelfWorld } from "./shelf-world.ts";

const FILES = { web: "#!/bin/sh\necho web\n" };

describe("cancelling a publication", () => {
  it("removes what lies in the store and makes a draft of the release again, which can be published", async () => {
    const { fixture, stores, shelf, folder } = await shelfWorld();
    stores.gate = (step, { signal }) => (step.id === "finish" ? untilAborted(signal) : Promise.resolve());
    const draft = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: draft.id, storeIds: [shelf.id] });
    const running = await fixture.until(async () => {
      const found = await fixture.publicationOf(draft.id, shelf.id);
      return found.steps.some((step) => step.id === "finish" && step.state === "running") ? found : undefined;
    });
    expect(await readdir(join(folder, "shelf", PRODUCT))).toEqual(["1.0.0"]);
    expect(await fixture.client.publications.cancel({ publicationId: running.id })).toMatchObject({ state: "cancelled", message: "" });
    expect(await readdir(join(folder, "shelf"))).toEqual([]);
    const row = await fixture.client.releases.get({ releaseId: draft.id });
    expect(row).toMatchObject({ state: "draft", stores: [] });
    stores.gate = () => Promise.resolve();
    await fixture.client.releases.updateDraft({
      releaseId: draft.id,
      revision: row.revision,
      version: "1.0.1",
      notes: "",
      runSpec: row.runSpec,
    });
    await fixture.client.releases.publish({ releaseId: draft.id, storeIds: [shelf.id] });
    expect(await fixture.published(draft.id)).toMatchObject({ version: "1.0.1", state: "published" });
  });

  it("lets the other stores of the release finish without it", async () => {
    const { fixture, stores, shelf } = await shelfWorld();
    stores.gate = () => Promise.reject(new AppError("STORE_CREDENTIALS_REFUSED", "No."));
    const { id } = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: id, storeIds: [LOCAL_STORE_ID, shelf.id] });
    const failed = await fixture.reached(id, shelf.id, "failed");
    await fixture.reached(id, LOCAL_STORE_ID, "waiting");
    await fixture.client.publications.cancel({ publicationId: failed.id });
    expect(await fixture.published(id)).toMatchObject({ stores: [{ name: "local", state: "completed" }] });
  });

  it("asks a store that is away again until it has forgotten, and keeps the draft locked until then", async () => {
    const { fixture, stores, shelf } = await shelfWorld();
    stores.gate = () => Promise.reject(new AppError("STORE_CREDENTIALS_REFUSED", "No."));
    const { id } = await fixture.draft("1.0.0", FILES);
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    const failed = await fixture.reached(id, shelf.id, "failed");
    stores.abandonGate = () => Promise.reject(new AppError("REMOTE_UNREACHABLE", "It is away."));
    const cancelled = await fixture.client.publications.cancel({ publicationId: failed.id });
    expect(cancelled).toMatchObject({ state: "cancelled", message: "What it left in the store is still to be removed: It is away." });
    await expect(fixture.client.releases.discardDraft({ releaseId: id })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    stores.abandonGate = () => Promise.resolve();
    await fixture.restart();
    await fixture.until(async () =>
      (await fixture.client.publications.get({ publicationId: failed.id })).message === "" ? true : undefined,
    );
    await fixture.client.releases.discardDraft({ releaseId: id });
  });
});
