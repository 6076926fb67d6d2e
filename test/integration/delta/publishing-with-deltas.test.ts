import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyDelta } from "#main/node/delta/apply-delta.ts";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import { releaseManifest } from "#shared/domain/release/manifest.ts";
import { PRODUCT, ReleaseFixture } from "../release/release-fixture.ts";
import { draftOf, nextBuild, plainFile, publishFile } from "./delta-fixture.ts";

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

describe("publishing with deltas", () => {
  it("names in the signed manifest what leads from the last releases, and serves it under its digest", async () => {
    const fixture = await ReleaseFixture.open();
    const first = plainFile();
    const second = nextBuild(first, "second");
    await publishFile(fixture, "1.0.0", first);
    expect((await publishFile(fixture, "1.1.0", second)).artifacts[0]?.deltas).toMatchObject([{ from: { version: "1.0.0" } }]);
    const third = nextBuild(second, "third");
    const row = await publishFile(fixture, "1.2.0", third);
    const deltas = row.artifacts[0]?.deltas ?? [];
    expect(deltas.map((one) => one.from.version)).toEqual(["1.1.0", "1.0.0"]);
    for (const delta of deltas) expect(delta.sizeBytes).toBeLessThan(third.length / 20);
    const { manifestSha256 } = await fixture.plane.store.read
      .selectFrom("releases")
      .select("manifestSha256")
      .where("id", "=", row.id)
      .executeTakeFirstOrThrow();
    const { registry } = fixture.plane;
    const manifest = releaseManifest.parse(JSON.parse((await bytesOf(await registry.open(manifestSha256 ?? ""))).toString("utf8")));
    expect(manifest.artifacts[0]?.deltas).toEqual(deltas);
    expect(fixture.plane.trust.findTarget(`${PRODUCT}/${manifestSha256}.1.2.0.json`)).toBeDefined();
    const [delta] = deltas;
    expect(await registry.findBlob(PRODUCT, delta?.sha256 ?? "")).toMatchObject({ sizeBytes: delta?.sizeBytes });
    const folder = await mkdtemp(join(fixture.folder, "apply-"));
    await writeFile(join(folder, "old"), second);
    await writeFile(join(folder, "delta"), await bytesOf(await registry.open(delta?.sha256 ?? "")));
    await applyDelta({
      deltaPath: join(folder, "delta"),
      oldPath: join(folder, "old"),
      newPath: join(folder, "new"),
      expected: {
        oldBytes: second.length,
        oldSha256: delta?.from.sha256 ?? "",
        newBytes: third.length,
        newSha256: row.artifacts[0]?.digests.sha256 ?? "",
      },
      signal: new AbortController().signal,
    });
    expect(await sha256OfFile(join(folder, "new"))).toBe(row.artifacts[0]?.digests.sha256);
    await rm(folder, { recursive: true });
  });

  it("drops what would be larger than three fifths of the file, and says so", async () => {
    const fixture = await ReleaseFixture.open();
    await publishFile(fixture, "1.0.0", plainFile());
    const row = await publishFile(fixture, "1.1.0", plainFile());
    expect(row.artifacts[0]?.deltas).toBeUndefined();
    expect(await fixture.client.deltas.get({ releaseId: row.id })).toMatchObject({
      state: "done",
      deltas: [{ state: "dropped", message: expect.stringMatching(/^Dropped: it would be \d+ % of the full file\.$/) }],
    });
  });

  it("makes none when it is told so, and none of packed files", async () => {
    const fixture = await ReleaseFixture.open();
    const first = plainFile();
    await publishFile(fixture, "1.0.0", first);
    const { id } = await draftOf(fixture, "1.1.0", nextBuild(first, "second"));
    expect(await fixture.client.releases.publish({ releaseId: id, deltas: false })).toMatchObject({ state: "published" });
    expect(await fixture.client.deltas.get({ releaseId: id })).toBeNull();
    const packed = Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), plainFile()]);
    const other = await draftOf(fixture, "1.2.0", packed);
    expect(await fixture.client.releases.publish({ releaseId: other.id })).toMatchObject({ state: "published" });
    expect(await fixture.client.deltas.get({ releaseId: other.id })).toBeNull();
  });

  it("goes on without those that would need more memory than they may use", async () => {
    const fixture = await ReleaseFixture.open();
    const first = plainFile(4_000_000);
    await publishFile(fixture, "1.0.0", first);
    const { revision } = await fixture.client.settings.get();
    await fixture.client.settings.update({ revision, deltaMemoryBytes: 64 * 2 ** 20 });
    const row = await publishFile(fixture, "1.1.0", nextBuild(first, "second"));
    expect(row.artifacts[0]?.deltas).toBeUndefined();
    expect(await fixture.client.deltas.get({ releaseId: row.id })).toMatchObject({
      message: "No delta was made, 1 could not be made.",
      deltas: [{ state: "skipped", message: expect.stringContaining("of memory") }],
    });
  });
});
