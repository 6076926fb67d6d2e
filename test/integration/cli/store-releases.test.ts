import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cliFixture, PRODUCT } from "./cli-fixture.ts";

/** A control plane that has published 1.0.0 to a shelf, and another one that knows the shelf but not the release. */
async function twoControlPlanes() {
  const [first, second] = [await cliFixture(), await cliFixture()];
  const shelf = join(first.folder, "shelf");
  await mkdir(shelf);
  for (const { rollcall } of [first, second]) {
    await rollcall("app", "create", PRODUCT, "Web");
    await rollcall("store", "add", "shelf", "--folder", shelf);
  }
  await first.rollcall("publish", PRODUCT, `${await first.file("web-1.0.0")}@any`, "--store", "shelf");
  return second;
}

describe("rollcall store releases, inspect and adopt", () => {
  it("finds what another control plane put there, makes a draft of it, and publishes that", async () => {
    const { rollcall } = await twoControlPlanes();
    expect((await rollcall("store", "releases", "shelf", PRODUCT)).out).toMatch(/1\.0\.0 +1\.0\.0 +made by Rollcall\n/);
    const inspected = await rollcall("store", "inspect", "shelf", PRODUCT, "1.0.0");
    expect(inspected).toMatchObject({ code: 0, out: expect.stringMatching(/signed, by none of the given keys[\s\S]*web-1\.0\.0 .* any /) });
    const adopted = await rollcall("store", "adopt", "shelf", PRODUCT, "1.0.0");
    expect(adopted).toMatchObject({ code: 0, out: expect.stringContaining(`rollcall release publish ${PRODUCT}@1.0.0`) });
    expect(adopted.out).toContain("Its run spec was left out, since no given key vouches for it");
    const published = await rollcall("release", "publish", `${PRODUCT}@1.0.0`, "--store", "local", "--channel", "stable");
    expect(published).toMatchObject({ code: 0, out: expect.stringContaining("stable is at 1.0.0") });
    const again = await rollcall("release", "publish", `${PRODUCT}@1.0.0`);
    expect(again).toMatchObject({ code: 5, err: expect.stringContaining("not a draft") });
  });

  it("adopts nothing that none of the given keys has signed, and no file that is not there", async () => {
    const { rollcall, folder } = await twoControlPlanes();
    const key = join(folder, "ana.key");
    expect(await rollcall("trust", "key", "create", key, "--label", "Ana", "--no-passphrase")).toMatchObject({ code: 0 });
    const refused = await rollcall("store", "adopt", "shelf", PRODUCT, "1.0.0", "--public-key", key);
    expect(refused).toMatchObject({ code: 7, err: expect.stringContaining("None of the given keys has signed") });
    expect(await rollcall("store", "adopt", "shelf", PRODUCT, "1.0.0", "attic@any")).toMatchObject({ code: 4 });
    expect(await rollcall("store", "adopt", "shelf", PRODUCT, "1.0.0", "web-1.0.0")).toMatchObject({ code: 2 });
    expect((await rollcall("app", "show", PRODUCT)).out).toContain("No releases yet");
  });
});
