import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import type { DemoWorld } from "./demo-world.ts";
import { until } from "./witness.ts";

const PUBLISH_DEADLINE_MS = 60_000;

/** Publishes a draft to the demo's store and waits until hosts can see it; the operators sign where they must. */
export async function publishAndWait({ client, store, operators }: DemoWorld, releaseId: ReleaseId): Promise<ReleaseRow> {
  let release = await client.releases.publish({ releaseId, storeIds: [store.id] });
  await until(
    `${release.version} to be published to ${store.about}`,
    PUBLISH_DEADLINE_MS,
    async () => {
      await operators?.signWhatWaits();
      release = await client.releases.get({ releaseId });
      return release.state === "published";
    },
    async () =>
      (await client.publications.list({ releaseId })).map((one) => `${one.state} ${one.message} ${one.error?.message ?? ""}`).join("; "),
  );
  return release;
}
