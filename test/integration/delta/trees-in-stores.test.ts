import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { LOCAL_STORE_ID } from "#shared/domain/store/store.ts";
import type { StoreId } from "#shared/lib/ids.ts";
import { FOREIGN_STORES, type ForeignStore } from "#test/builders/foreign-stores.ts";
import { packTree } from "#test/builders/packed-tree.ts";
import { PublicationFixture } from "../publication/publication-fixture.ts";
import { openHastily } from "./open-hastily.ts";

const SPEC = runSpec.parse({ unpack: true, command: "bin/web" });
const data = randomBytes(80_000).toString("hex");
const FILES = [{ name: "web", platform: "linux/amd64" as const }];

const archive = (version: string): Buffer =>
  packTree("tar.gz", { "bin/web": { program: `#!/bin/sh\necho ${version}\n` }, [`share/${version}/data`]: data });

/** Publishes a draft of an archive that hosts unpack. */
async function publish(fixture: PublicationFixture, draft: ReleaseRow, storeIds: readonly StoreId[]): Promise<ReleaseRow> {
  const { id: releaseId, revision, version, notes } = draft;
  await fixture.client.releases.updateDraft({ releaseId, revision, version, notes, runSpec: SPEC });
  await fixture.client.releases.publish({ releaseId, storeIds: [...storeIds], deltas: true });
  return fixture.published(releaseId);
}

const open = (name: string): Promise<PublicationFixture> =>
  PublicationFixture.open(name === "GitHub" ? { openReleaseStore: openHastily } : {});

/** Publishes 1.0.0 and 1.1.0 to a store. @returns the second. */
async function publishBoth(fixture: PublicationFixture, storeId: StoreId): Promise<ReleaseRow> {
  await publish(fixture, await fixture.draft("1.0.0", { web: archive("1.0.0") }), [storeId]);
  return publish(fixture, await fixture.draft("1.1.0", { web: archive("1.1.0") }), [storeId]);
}

/** Adopts a version elsewhere, as somebody who lets hosts unpack it, and publishes it there. */
async function adopt(fixture: PublicationFixture, storeId: StoreId, version: string, tag: string): Promise<ReleaseRow> {
  const draft = await fixture.adopt({ storeId, reference: tag, version, files: FILES });
  return publish(fixture, draft, [LOCAL_STORE_ID]);
}

/** @returns the archive as it was published, and as it was adopted elsewhere. */
async function throughStore({ name, open: openStore }: ForeignStore) {
  const store = { name: "elsewhere", ...(await openStore()) };
  const here = await open(name);
  const [made] = (await publishBoth(here, (await here.addStore(store)).id)).artifacts;
  expect(made?.tree?.deltas).toHaveLength(1);

  const there = await open(name);
  const { id } = await there.addStore(store);
  const tag = (version: string): string => (name === "GitHub" ? `v${version}` : version);
  expect((await adopt(there, id, "1.0.0", tag("1.0.0"))).artifacts[0]?.tree).toBeUndefined();
  const [adopted] = (await adopt(there, id, "1.1.0", tag("1.1.0"))).artifacts;
  return { made, adopted };
}

describe("releases with deltas between unpacked archives", () => {
  for (const store of FOREIGN_STORES)
    it.skipIf(store.missing !== undefined)(
      `are adopted from a store and get their own there: ${store.name}`,
      { timeout: 240_000 },
      async () => {
        const { made, adopted } = await throughStore(store);
        // Made anew from what was unpacked there: the same archives lead to the same trees.
        expect(adopted?.tree?.sha256).toBe(made?.tree?.sha256);
        expect(adopted?.tree?.deltas.map(({ from }) => from)).toEqual(made?.tree?.deltas.map(({ from }) => from));
      },
    );
});
