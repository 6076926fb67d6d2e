import { expect, it } from "vitest";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { fakeClock } from "#test/fakes/clock.ts";
import { shelfWorld } from "./shelf-world.ts";

it("keeps the files of releases that are on their way or lie in the local store, and no others", async () => {
  const clock = fakeClock(Date.now());
  const { fixture, stores, shelf } = await shelfWorld({ clock });
  const digestOf = async (version: string, storeIds: readonly string[]): Promise<string> => {
    const draft = await fixture.draft(version, { web: `#!/bin/sh\n${version}` });
    await fixture.client.releases.publish({
      releaseId: draft.id,
      storeIds: storeIds.map((id) => (id === shelf.id ? shelf.id : LOCAL_STORE_ID)),
    });
    await fixture.reached(draft.id, shelf.id, "completed", "failed");
    return draft.artifacts[0]?.digests.sha256 ?? "";
  };
  const elsewhere = await digestOf("1.0.0", [shelf.id]);
  const both = await digestOf("1.1.0", [shelf.id, LOCAL_STORE_ID]);
  stores.gate = (step) => (step.id === "verify" ? Promise.reject(new AppError("STORE_FORBIDDEN", "No.")) : Promise.resolve());
  const onItsWay = await digestOf("1.2.0", [shelf.id]);
  clock.sleep(2 * 3_600_000);
  await fixture.restart({ clock });
  await expect.poll(() => fixture.blobs.stat(elsewhere), { timeout: 20_000 }).toBeUndefined();
  for (const kept of [both, onItsWay]) expect(await fixture.blobs.stat(kept)).toBeDefined();
  const release = (await fixture.client.releases.list({ applicationId: fixture.releases.applicationId })).find(
    (one) => one.version === "1.0.0",
  );
  await fixture.client.publications.create({ releaseId: release!.id, storeId: LOCAL_STORE_ID });
  await fixture.reached(release!.id, LOCAL_STORE_ID, "completed");
  expect(await fixture.blobs.stat(elsewhere)).toBeDefined();
});
