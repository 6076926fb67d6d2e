import { hash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { releaseManifest } from "#shared/domain/release/manifest.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { applyTreeDelta } from "#main/node/delta/tree/apply-tree-delta.ts";
import { listTree } from "#main/node/delta/tree/list-tree.ts";
import { unpackSide } from "#main/node/delta/tree/unpack-side.ts";
import { treeDigest, writeTreeListing } from "#main/node/archive/tree-listing.ts";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { ARCHIVE_KINDS, packTree, type TreeItem } from "#test/builders/packed-tree.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { PublicationFixture } from "../publication/publication-fixture.ts";
import { PRODUCT, ReleaseFixture } from "../release/release-fixture.ts";
import { bytesOf } from "../github-releases/github-world.ts";
import { published } from "./delta-fixture.ts";

const NEVER = new AbortController().signal;
const core = randomBytes(90_000).toString("hex");
const data = randomBytes(40_000).toString("hex");

const tree = (version: string, extra: Readonly<Record<string, TreeItem>> = {}): Record<string, TreeItem> => ({
  "bin/web": { program: `#!/bin/sh\necho ${version}\n` },
  "lib/core.txt": `${core.slice(0, 50_000)}${version}${core.slice(50_000)}`,
  ...extra,
});

/** Publishes an archive that hosts unpack, and waits for its deltas. */
async function publishTree(
  fixture: ReleaseFixture,
  version: string,
  bytes: Buffer,
  unpack = true,
  storeIds?: readonly string[],
): Promise<ReleaseRow> {
  const { id } = await fixture.upload(bytes, `web-${version}`);
  const { id: releaseId } = await fixture.client.releases.create({
    applicationId: fixture.applicationId,
    version,
    runSpec: unpack ? { unpack: true, command: "bin/web" } : {},
    artifacts: [{ uploadId: id, platform: "linux/amd64" }],
  });
  await fixture.client.releases.publish({ releaseId, ...(storeIds && { storeIds: [...storeIds] }) });
  return published(fixture, releaseId);
}

describe("publishing archives that hosts unpack", () => {
  it.each(ARCHIVE_KINDS)("signs what leads between the trees of a %s, and the digest of the new one", async (kind) => {
    const fixture = await ReleaseFixture.open();
    const [first, second] = [
      packTree(kind, tree("1.0.0", { "share/data": data })),
      packTree(kind, tree("1.1.0", { "share/moved": data, "share/link": { link: "moved" } })),
    ];
    expect((await publishTree(fixture, "1.0.0", first)).artifacts[0]?.tree).toBeUndefined();
    const {
      id: releaseId,
      artifacts: [artifact],
    } = await publishTree(fixture, "1.1.0", second);
    expect(artifact?.deltas).toBeUndefined();
    const [delta] = artifact?.tree?.deltas ?? [];
    expect(delta).toMatchObject({ from: { version: "1.0.0", sizeBytes: first.length }, codec: "tree" });
    expect(delta?.sizeBytes).toBeLessThan(2000);

    expect((await fixture.client.deltas.get({ releaseId }))?.message).toMatch(/^1 delta of .* made, between unpacked archives\.$/);

    const folder = await tempFolder();
    const at = (name: string): string => join(folder, name);
    await writeFile(at("first"), first);
    await writeFile(at("delta"), await bytesOf(await fixture.plane.registry.open(delta?.sha256 ?? "")));
    await unpackSide(at("first"), at("old"), NEVER);
    expect(treeDigest(writeTreeListing(await listTree(at("old"))))).toBe(delta?.from.tree);
    const newTree = artifact?.tree?.sha256 ?? "";
    await applyTreeDelta({ deltaPath: at("delta"), oldRoot: at("old"), newRoot: at("new"), temporary: at("part"), newTree, signal: NEVER });
    for (const name of ["old", "new"]) await removeTree(at(name));
  });

  it("lays them into stores as other deltas, from where nobody takes them over unseen", async () => {
    const shelf = await tempFolder();
    const settings = { kind: "folder" as const, path: shelf };
    const world = await PublicationFixture.open();
    const { id } = await world.addStore({ name: "shelf", settings });
    for (const version of ["1.0.0", "1.1.0"]) await publishTree(world.releases, version, packTree("tar.gz", tree(version)), true, [id]);
    const there = join(shelf, PRODUCT, "1.1.0");
    const manifest = releaseManifest.parse(JSON.parse(await readFile(join(there, "release.json"), "utf8")));
    const [delta] = manifest.artifacts[0]?.tree?.deltas ?? [];
    expect(hash("sha256", await readFile(join(there, "web-1.1.0.from-1.0.0.rcdelta")))).toBe(delta?.sha256);

    const elsewhere = await PublicationFixture.open();
    const storeId = (await elsewhere.addStore({ name: "shelf", settings })).id;
    const files = [{ name: "web-1.1.0", platform: "linux/amd64" }];
    const draft = await elsewhere.adopt({ storeId, reference: "1.1.0", version: "1.1.0", files });
    await elsewhere.client.releases.publish({ releaseId: draft.id, deltas: true });
    expect((await elsewhere.published(draft.id)).artifacts[0]?.tree).toBeUndefined();
  });

  it("makes none from a release that hosts keep as it is, and none that is larger than three fifths of the archive", async () => {
    const fixture = await ReleaseFixture.open();
    await publishTree(fixture, "1.0.0", packTree("tar.gz", tree("1.0.0")), false);
    const other = { "lib/core.txt": randomBytes(90_000).toString("hex") };
    const fresh = await publishTree(fixture, "1.1.0", packTree("tar.gz", tree("1.1.0", other)));
    expect(await fixture.client.deltas.get({ releaseId: fresh.id })).toBeNull();
    const changed = await publishTree(fixture, "1.2.0", packTree("tar.gz", tree("1.2.0")));
    expect(changed.artifacts[0]?.tree).toBeUndefined();
    expect(await fixture.client.deltas.get({ releaseId: changed.id })).toMatchObject({
      deltas: [{ state: "dropped", fromVersion: "1.1.0", codec: "tree", message: expect.stringContaining("% of the full file") }],
    });
  });

  it("says of an archive that hosts would refuse to unpack why no delta was made, and publishes it", async () => {
    const fixture = await ReleaseFixture.open();
    const bad = packTree("tar.gz", tree("1.0.0", { "../out": "x", "share/data": data }));
    await publishTree(fixture, "1.0.0", bad);
    const row = await publishTree(fixture, "1.1.0", packTree("tar.gz", tree("1.1.0", { "share/data": data })));
    expect(row.state).toBe("published");
    expect(await fixture.client.deltas.get({ releaseId: row.id })).toMatchObject({
      deltas: [{ state: "failed", message: expect.stringContaining("../out") }],
    });
  });
});
