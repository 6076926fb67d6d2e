import { describe, expect, it } from "vitest";
import type { DeltaProgress } from "#shared/domain/release/delta-progress.ts";
import { ReleaseFixture } from "../release/release-fixture.ts";
import { deltasAs, draftOf, nextBuild, plainFile, published, publishFile } from "./delta-fixture.ts";

/** Slow enough that the making can be steered in its middle, on any machine. */
const SLOW_BYTES = 7_000_000;

/** A release whose delta is being made. */
async function beingMade() {
  const fixture = await ReleaseFixture.open();
  const first = plainFile(SLOW_BYTES);
  await publishFile(fixture, "1.0.0", first);
  const { id: releaseId } = await draftOf(fixture, "1.1.0", nextBuild(first, "second"));
  const row = await fixture.client.releases.publish({ releaseId });
  expect(row).toMatchObject({ state: "draft", publishing: { state: expect.any(String) } });
  await deltasAs(fixture, releaseId, ({ deltas }) => deltas[0]?.state === "running");
  return { fixture, releaseId };
}

describe("the making of deltas", () => {
  it("is paused and resumed, and the publication waits for it", async () => {
    const { fixture, releaseId } = await beingMade();
    expect(await fixture.client.deltas.pause({ releaseId })).toMatchObject({
      state: "paused",
      message: "Paused by admin.",
      deltas: [{ state: "pending" }],
    });
    await expect(fixture.client.deltas.pause({ releaseId })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
    await fixture.restart();
    expect(await fixture.client.deltas.get({ releaseId })).toMatchObject({ state: "paused" });
    expect(await fixture.client.publications.list({ releaseId })).toMatchObject([{ state: "waiting" }]);
    await fixture.client.deltas.resume({ releaseId });
    expect((await published(fixture, releaseId)).artifacts[0]?.deltas).toHaveLength(1);
  });

  it("is followed within one delta by events, from sorting on, and never goes back", async () => {
    const { fixture, releaseId } = await beingMade();
    const seen: DeltaProgress[] = [];
    await deltasAs(fixture, releaseId, ({ state, deltas }) => {
      const progress = deltas[0]?.progress;
      if (progress !== undefined) seen.push(progress);
      return state === "done";
    });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.map(({ stage }) => stage)).toContain("sorting");
    expect(seen.map(({ share }) => share)).toEqual(seen.map(({ share }) => share).toSorted((left, right) => left - right));
    expect((await fixture.client.deltas.get({ releaseId }))?.deltas[0]?.progress).toBeUndefined();
  });

  it("tries again what could not be made, when somebody says so, and goes on with it after a restart", { timeout: 240_000 }, async () => {
    const fixture = await ReleaseFixture.open();
    const setMemory = async (deltaMemoryBytes: number): Promise<void> => {
      const { revision } = await fixture.client.settings.get();
      await fixture.client.settings.update({ revision, deltaMemoryBytes });
    };
    const small = plainFile(5_000_000);
    await publishFile(fixture, "1.0.0", small);
    const { id: large } = await draftOf(fixture, "1.1.0", Buffer.concat([small, plainFile(15_000_000)]));
    await fixture.client.releases.publish({ releaseId: large, deltas: false });
    await published(fixture, large);
    const { id: releaseId } = await draftOf(fixture, "1.2.0", nextBuild(small, "third"));
    // Enough for the smaller of both files to start from.
    await setMemory(260_000_000);
    await fixture.client.releases.publish({ releaseId });
    await deltasAs(fixture, releaseId, ({ deltas }) => deltas[1]?.state !== "pending");
    const paused = await fixture.client.deltas.pause({ releaseId });
    expect(paused.deltas[0]).toMatchObject({ fromVersion: "1.1.0", state: "skipped", message: expect.stringContaining("of memory") });
    await setMemory(2_500_000_000);
    expect(await fixture.client.deltas.retry({ releaseId })).toMatchObject({
      state: "paused",
      deltas: [{ state: "pending", message: "" }, {}],
    });
    await fixture.restart();
    await fixture.client.deltas.resume({ releaseId });
    await deltasAs(fixture, releaseId, ({ deltas }) => deltas[0]?.state === "running");
    expect(await fixture.client.deltas.skip({ releaseId })).toMatchObject({ state: "done" });
    await expect(fixture.client.deltas.retry({ releaseId })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
  });

  it("is not waited for when somebody says so", async () => {
    const { fixture, releaseId } = await beingMade();
    const skipped = await fixture.client.deltas.skip({ releaseId });
    expect(skipped).toMatchObject({ state: "done", deltas: [{ state: "skipped", message: "Not made: skipped by admin." }] });
    expect((await published(fixture, releaseId)).artifacts[0]?.deltas).toBeUndefined();
    await expect(fixture.client.deltas.skip({ releaseId })).rejects.toMatchObject({ code: "CONFLICT_STATE" });
  });

  it("ends with the publication that is cancelled, and the draft can be published again", async () => {
    const { fixture, releaseId } = await beingMade();
    const [publication] = await fixture.client.publications.list({ releaseId });
    await fixture.client.publications.cancel({ publicationId: publication!.id });
    expect(await fixture.client.deltas.get({ releaseId })).toBeNull();
    const draft = await fixture.client.releases.get({ releaseId });
    expect(draft.publishing).toBeUndefined();
    await fixture.client.releases.publish({ releaseId });
    expect((await published(fixture, releaseId)).artifacts[0]?.deltas).toHaveLength(1);
  });

  it("ends when its time is over, and the release goes out without", async () => {
    const fixture = await ReleaseFixture.open();
    const { revision } = await fixture.client.settings.get();
    await fixture.client.settings.update({ revision, deltaTimeLimitMs: 1000 });
    const first = plainFile(60_000_000);
    await publishFile(fixture, "1.0.0", first);
    const row = await publishFile(fixture, "1.1.0", nextBuild(first, "second"));
    expect(row.artifacts[0]?.deltas).toBeUndefined();
    expect(await fixture.client.deltas.get({ releaseId: row.id })).toMatchObject({
      state: "done",
      message: "No delta was made, 1 could not be made.",
      deltas: [{ state: "skipped", message: "Not made: the time for deltas was over." }],
    });
  });
});
