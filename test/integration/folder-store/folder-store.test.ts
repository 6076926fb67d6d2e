import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { openFolderStore } from "#main/adapters/folder-store/open-folder-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { PRODUCT } from "../release/release-fixture.ts";
import { shelfWorld, type ShelfWorld } from "../publication/shelf-world.ts";

const signal = new AbortController().signal;

async function published(files: Readonly<Record<string, string>>): Promise<ShelfWorld & { readonly place: string }> {
  const world = await shelfWorld();
  const { id } = await world.fixture.draft("1.0.0", files);
  await world.fixture.client.releases.publish({ releaseId: id, storeIds: [world.shelf.id] });
  await world.fixture.published(id);
  return { ...world, place: join(world.folder, "shelf", PRODUCT, "1.0.0") };
}

describe("a release in a folder", () => {
  it("lies there by its files' own names, with checksums that other tools check", async () => {
    const { place } = await published({ "web-amd64": "#!/bin/sh\n1", "web-arm64": "#!/bin/sh\n2" });
    const names = await readdir(place);
    expect(names.filter((name) => !name.endsWith(".sigstore.json")).toSorted()).toEqual([
      "SHA256SUMS",
      "release.json",
      "web-amd64",
      "web-arm64",
    ]);
    const { stdout } = await promisify(execFile)("sha256sum", ["--check", "SHA256SUMS"], { cwd: place });
    expect(stdout).toBe("web-amd64: OK\nweb-arm64: OK\nrelease.json: OK\n");
    const index: unknown = JSON.parse(await readFile(join(place, "../index.json"), "utf8"));
    expect(index).toMatchObject({
      kind: "rollcall.folder-index",
      productId: PRODUCT,
      versions: [
        {
          version: "1.0.0",
          files: [
            { name: "web-amd64", platforms: ["linux/amd64"] },
            { name: "web-arm64", platforms: ["linux/arm64"] },
          ],
        },
      ],
    });
  });

  it("never replaces what it did not write, and says what lies there", async () => {
    const { fixture, shelf, folder } = await shelfWorld();
    const place = join(folder, "shelf", PRODUCT, "1.0.0");
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "web"), "somebody's");
    const { id } = await fixture.draft("1.0.0", { web: "#!/bin/sh\nours" });
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    const failed = await fixture.reached(id, shelf.id, "failed");
    expect(failed.error).toMatchObject({
      code: "STORE_CONFLICT",
      message: `${place} holds something that this release did not write; it was left as it is.`,
    });
    await fixture.client.publications.cancel({ publicationId: failed.id });
    expect(await readFile(join(place, "web"), "utf8")).toBe("somebody's");
    await writeFile(join(folder, "shelf", PRODUCT, "index.json"), "{}");
    const other = await fixture.draft("1.1.0", { web: "#!/bin/sh\nother" });
    await fixture.client.releases.publish({ releaseId: other.id, storeIds: [shelf.id] });
    expect((await fixture.reached(other.id, shelf.id, "failed")).error).toMatchObject({ code: "STORE_CONFLICT" });
    expect(await readFile(join(folder, "shelf", PRODUCT, "index.json"), "utf8")).toBe("{}");
  });

  it("is mended when a file was damaged between its writing and its reading back", async () => {
    const { fixture, stores, shelf, folder } = await shelfWorld();
    const file = join(folder, "shelf", PRODUCT, "1.0.0", "web");
    stores.gate = (step) => (step.id === "verify" ? writeFile(file, "#!/bin/sh\n0") : Promise.resolve());
    const { id } = await fixture.draft("1.0.0", { web: "#!/bin/sh\n1" });
    await fixture.client.releases.publish({ releaseId: id, storeIds: [shelf.id] });
    await fixture.published(id);
    expect(await readFile(file, "utf8")).toBe("#!/bin/sh\n1");
  });

  it("can be read in part, and a link that leads out of the folder is not followed", async () => {
    const { place, folder } = await published({ web: "0123456789" });
    const store = openFolderStore(
      { kind: "folder", path: join(folder, "shelf"), publicUrl: "https://dl.example.org/r/", hostAccess: "redirect" },
      "/nowhere",
    );
    const location = { productId: PRODUCT, version: "1.0.0", name: "web" };
    const parts: Uint8Array[] = [];
    for await (const part of await store.open(location, { first: 2, last: 4 }, signal)) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe("234");
    expect((await store.shortLivedUrl(location, signal))?.url).toBe(`https://dl.example.org/r/${PRODUCT}/1.0.0/web`);
    await symlink("/etc/passwd", join(place, "link"));
    await expect(store.open({ ...location, name: "link" }, undefined, signal)).rejects.toMatchObject({ code: "STORE_CONFLICT" });
    await expect(store.open({ ...location, name: "../index.json" }, undefined, signal)).rejects.toThrow();
    await expect(store.open({ ...location, version: ".." }, undefined, signal)).rejects.toThrow();
  });

  it("of another tool is found beside ours, newest version first, and adopted with its digests", async () => {
    const { fixture, shelf, folder } = await published({ web: "#!/bin/sh\n1" });
    for (const version of ["0.9.0", "1.10.0", "notes"]) {
      const other = join(folder, "shelf", PRODUCT, version);
      await mkdir(other);
      await writeFile(join(other, "tool"), `#!/bin/sh\n${version}`);
    }
    const at = { storeId: shelf.id, applicationId: fixture.releases.applicationId };
    const found = await fixture.client.stores.discover(at);
    expect(found.map((one) => [one.reference, one.isOurs, one.releaseId !== undefined])).toEqual([
      ["1.10.0", false, false],
      ["1.0.0", true, true],
      ["0.9.0", false, false],
    ]);
    expect(await fixture.client.stores.inspect({ ...at, reference: "1.0.0" })).toMatchObject({ signature: { state: "unknown-key" } });
    const wish = { storeId: shelf.id, reference: "1.10.0", version: "1.10.0", files: [{ name: "tool", platform: "any" as const }] };
    const draft = await fixture.adopt(wish);
    expect(draft).toMatchObject({ state: "draft", version: "1.10.0", artifacts: [{ fileName: "tool", platform: "any" }] });
  });
});

describe("a folder", () => {
  it("must be given whole, and must not meet the data folder", async () => {
    const data = await tempFolder();
    const open = (path: string) => () => openFolderStore({ kind: "folder", path, hostAccess: "proxy" }, data);
    expect(open("relative/path")).toThrow(/whole path/);
    expect(open(join(data, "releases"))).toThrow(/lie in each other/);
    expect(open(join(data, ".."))).toThrow(/lie in each other/);
    expect(open(`${data}-beside`)).not.toThrow();
  });
});
