import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { publication } from "#shared/domain/publication/publication.ts";
import { storeEntry } from "#shared/domain/store/store.ts";
import { cliFixture, PRODUCT } from "./cli-fixture.ts";

async function withShelf() {
  const fixture = await cliFixture();
  const shelf = join(fixture.folder, "shelf");
  await mkdir(shelf);
  await fixture.rollcall("app", "create", PRODUCT, "Web");
  return { ...fixture, shelf };
}

describe("rollcall store", () => {
  it("adds a folder after a look at it, lists it beside the local store, and forgets it", async () => {
    const { rollcall, json, shelf } = await withShelf();
    expect(await rollcall("store", "add", "shelf", "--folder", shelf, "--public-url", "https://dl.example.org")).toMatchObject({
      code: 0,
      out: "Added shelf. Releases can be written there. Served at https://dl.example.org.\n",
    });
    expect((await rollcall("store", "list")).out).toMatch(/local +local +this control plane[\s\S]*shelf +folder +.*shelf +no/);
    expect(await rollcall("store", "check", "shelf")).toMatchObject({ code: 0, out: expect.stringContaining("Releases can be written") });
    expect(await rollcall("store", "remove", "shelf")).toMatchObject({ code: 0 });
    expect(z.array(storeEntry).parse(await json("store", "list"))).toHaveLength(1);
    expect(await rollcall("store", "remove", "local")).toMatchObject({ code: 5, err: expect.stringContaining("cannot be removed") });
  });

  it("says why a place cannot be used, and adds it unchecked when told", async () => {
    const { rollcall, folder } = await withShelf();
    const gone = join(folder, "gone");
    expect(await rollcall("store", "add", "gone", "--folder", gone)).toMatchObject({
      code: 4,
      err: expect.stringContaining("is not there"),
    });
    expect(await rollcall("store", "add", "gone", "--folder", gone, "--unchecked")).toMatchObject({ code: 0 });
    expect(await rollcall("store", "check", "gone")).toMatchObject({ code: 8, out: expect.stringContaining("is not there") });
    expect(await rollcall("store", "add", "both", "--folder", gone, "--oci", "https://r.example.org")).toMatchObject({ code: 2 });
  });

  it("says how an address is written when one is not acceptable", async () => {
    const { rollcall } = await withShelf();
    const add = async (...args: readonly string[]) => (await rollcall("store", "add", "there", ...args)).err;
    expect(await add("--oci", "registry.example.org:5000")).toContain("--oci: write the address as https://registry.example.org");
    expect(await add("--oci", "https://registry.example.org/team")).toContain("Give https://registry.example.org as the address");
    expect(await add("--oci", "http://registry.example.org")).toContain("--allow-http");
    expect(await add("--oci", "https://registry.example.org", "--prefix", "Team")).toContain("--prefix: lower-case path");
    expect(await add("--github", "acme")).toContain("--github: write the repository as OWNER/REPOSITORY");
    expect(await add("--github", "acme/web/releases")).toContain("--github: write the repository as OWNER/REPOSITORY");
  });

  it("takes credentials from a file and never shows them", async () => {
    const { rollcall, json, file } = await withShelf();
    const secret = await file("token", "s3cret-of-a-registry\n");
    const args = ["--oci", "https://registry.example.org", "--prefix", "team/releases", "--username", "ci", "--secret-file", secret];
    expect(await rollcall("store", "add", "registry", ...args, "--unchecked")).toMatchObject({ code: 0 });
    const entry = z
      .array(storeEntry)
      .parse(await json("store", "list"))
      .find((one) => one.name === "registry");
    expect(entry).toMatchObject({ hasSecret: true, settings: { kind: "oci", credentials: "secret", repositoryPrefix: "team/releases" } });
    expect(JSON.stringify(entry)).not.toContain("s3cret");
    expect(await rollcall("store", "secret", "registry", "--remove")).toMatchObject({ code: 0 });
    expect(await rollcall("store", "secret", "registry", "--secret-file", secret)).toMatchObject({ code: 0 });
    expect((await rollcall("audit", "list")).out).not.toContain("s3cret");
  });
});

describe("rollcall publish --store", () => {
  it("brings a release to every named store and says where it is on the way", async () => {
    const { rollcall, json, file, shelf } = await withShelf();
    await rollcall("store", "add", "shelf", "--folder", shelf);
    const path = `${await file("web-1.0.0", "x".repeat(50_000))}@any`;
    const { code, out, err } = await rollcall("publish", PRODUCT, path, "--store", "local", "--store", "shelf");
    expect({ code, out }).toEqual({ code: 0, out: `Published ${PRODUCT} 1.0.0: any.\n` });
    expect(err).toMatch(/1\.0\.0 .*shelf: /);
    expect(await readdir(join(shelf, PRODUCT, "1.0.0"))).toContain("SHA256SUMS");
    const all = z.array(publication).parse(await json("publication", "list", PRODUCT, "1.0.0"));
    expect(all.map((one) => one.state)).toEqual(["completed", "completed"]);
    expect((await rollcall("publication", "list")).out).toBe("Nothing is on its way.\n");
    expect(await rollcall("publish", PRODUCT, path, "--store", "attic")).toMatchObject({
      code: 4,
      err: expect.stringContaining("There is: local, shelf"),
    });
  });

  it("goes on with what stopped when the same command is run again", async () => {
    const { rollcall, file, folder } = await withShelf();
    const gone = join(folder, "gone");
    await rollcall("store", "add", "gone", "--folder", gone, "--unchecked");
    const publish = ["publish", PRODUCT, `${await file("web-1.0.0")}@any`, "--store", "gone", "--channel", "stable"] as const;
    expect(await rollcall(...publish)).toMatchObject({ code: 5, err: expect.stringContaining("is not there") });
    await mkdir(gone);
    expect(await rollcall(...publish)).toMatchObject({ code: 0, out: expect.stringContaining("stable is at 1.0.0") });
    expect(await readdir(join(gone, PRODUCT))).toEqual(["1.0.0", "index.json"]);
  });

  it("names what stands, and lets it go on or be given up", async () => {
    const { rollcall, json, file, folder, shelf } = await withShelf();
    const gone = join(folder, "gone");
    await rollcall("store", "add", "gone", "--folder", gone, "--unchecked");
    await rollcall("store", "add", "shelf", "--folder", shelf);
    const path = `${await file("web-1.0.0")}@any`;
    const published = await rollcall("publish", PRODUCT, path, "--store", "gone", "--store", "shelf");
    expect(published).toMatchObject({ code: 5, err: expect.stringMatching(/is not there[\s\S]*rollcall publication list/) });
    const all = z.array(publication).parse(await json("publication", "list", PRODUCT, "1.0.0"));
    const failed = all.find((one) => one.state === "failed")?.id ?? "";
    expect((await rollcall("publication", "list")).out).toMatch(/gone +failed +.*is not there/);
    await mkdir(gone);
    expect(await rollcall("publication", "resume", failed)).toMatchObject({ code: 0, out: expect.stringContaining("running") });
    await expect.poll(() => readdir(gone), { timeout: 20_000 }).toEqual([PRODUCT]);
    expect(await rollcall("publication", "pause", failed.replace(/^./, "z"))).toMatchObject({ code: 2 });
    await expect.poll(async () => (await rollcall("publication", "list")).out, { timeout: 20_000 }).toBe("Nothing is on its way.\n");
    expect(await rollcall("publication", "cancel", failed)).toMatchObject({ code: 5 });
  });
});
