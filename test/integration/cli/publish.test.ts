import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { releaseRow } from "#shared/contract/applications.ts";
import { cliFixture, PRODUCT, type CliFixture } from "./cli-fixture.ts";

async function withApplication(): Promise<CliFixture> {
  const fixture = await cliFixture();
  await fixture.rollcall("app", "create", PRODUCT, "Web");
  return fixture;
}

describe("rollcall publish", () => {
  it("guesses the version from the name and tells on standard error how it goes", async () => {
    const { rollcall, file } = await withApplication();
    const { code, out, err } = await rollcall("publish", PRODUCT, `${await file("web-1.4.2-linux", "x".repeat(100_000))}@linux/amd64`);
    expect({ code, out }).toEqual({ code: 0, out: `Published ${PRODUCT} 1.4.2: linux/amd64.\n` });
    expect(err).toContain("web-1.4.2-linux: hashing 100 kB");
    expect(err).toContain("100 % 100 kB of 100 kB");
    expect(err.split("\n").length).toBeLessThan(10);
  });

  it("takes several files for several platforms, a version, notes, a run spec and a channel", async () => {
    const { rollcall, json, file } = await withApplication();
    const spec = await file("run.json", JSON.stringify({ arguments: ["--port", "80"], probationMs: 1000 }));
    const args = [`${await file("web-amd64")}@linux/amd64`, `${await file("web-arm64")}@linux/arm64`, "--version", "2.0.0-rc.1"];
    const more = ["--notes", "Faster", "--run-spec", spec, "--channel", "beta"];
    const published = releaseRow.parse(await json("publish", PRODUCT, ...args, ...more));
    expect(published).toMatchObject({ version: "2.0.0-rc.1", state: "published", notes: "Faster" });
    expect(published.runSpec).toMatchObject({ arguments: ["--port", "80"], probationMs: 1000 });
    expect(published.artifacts.map((one) => one.platform)).toEqual(["linux/amd64", "linux/arm64"]);
    expect(await rollcall("app", "show", PRODUCT)).toMatchObject({
      out: expect.stringMatching(/2\.0\.0-rc\.1 +published +linux\/amd64,linux\/arm64 +beta/),
    });
  });

  it("advises before it publishes, and publishes all the same", async () => {
    const { rollcall, file } = await withApplication();
    const spec = await file("run.json", JSON.stringify({ sockets: [{ name: "http", kind: "tcp", port: 8080 }] }));
    const advised = { code: 0, err: expect.stringMatching(/^Advice on readiness: .*Zero downtime cannot be promised\./) as string };
    expect(await rollcall("publish", PRODUCT, `${await file("web-1.0.0")}@any`, "--run-spec", spec, "--draft")).toMatchObject(advised);
    expect(await rollcall("release", "publish", `${PRODUCT}@1.0.0`)).toMatchObject(advised);
  });

  it("sends what is there already once, and publishes the draft that an earlier try left", async () => {
    const { rollcall, json, client, file } = await withApplication();
    const path = `${await file("web-1.0.0")}@any`;
    const draft = releaseRow.parse(await json("publish", PRODUCT, path, "--draft"));
    expect(draft.state).toBe("draft");
    expect(releaseRow.parse(await json("publish", PRODUCT, path))).toMatchObject({ id: draft.id, state: "published" });
    const again = await rollcall("publish", PRODUCT, path);
    expect(again).toMatchObject({ code: 5, out: "" });
    expect(again.err).toContain("(CONFLICT_EXISTS)");
    expect(await rollcall("publish", PRODUCT, path, "--version", "1.0.1")).toMatchObject({ code: 0 });
    const releases = z.array(releaseRow).parse(await client.releases.list({ applicationId: draft.applicationId }));
    expect(new Set(releases.map((release) => release.artifacts[0]?.digests.sha256)).size).toBe(1);
  });

  it.each([
    { what: "a missing file", name: "missing-1.0.0", exit: 7, errorCode: "ARTIFACT_UNREADABLE" },
    { what: "a folder", name: "folder-1.0.0", exit: 7, errorCode: "ARTIFACT_UNREADABLE" },
    { what: "an empty file", name: "empty-1.0.0", exit: 7, errorCode: "ARTIFACT_EMPTY" },
    { what: "an unknown platform", name: "plain-1.0.0", exit: 6, errorCode: "ARTIFACT_PLATFORM_UNKNOWN" },
    { what: "no version in the name", name: "plain@any", exit: 2, errorCode: "INPUT_VERSION_INVALID" },
    { what: "a version that is none", name: "plain@any", more: ["--version", "1.0"], exit: 2, errorCode: "INPUT_VERSION_INVALID" },
    { what: "a run spec that is none", name: "plain@any", more: ["--run-spec", "/dev/null"], exit: 2, errorCode: "INPUT_INVALID" },
    { what: "an unknown application", product: "org.example.none", name: "plain@any", exit: 4, errorCode: "NOT_FOUND" },
  ])("refuses $what, and publishes nothing", async ({ name, exit, errorCode, more = [], product = PRODUCT }) => {
    const { rollcall, client, file, folder } = await withApplication();
    await mkdir(join(folder, "folder-1.0.0"));
    await file("empty-1.0.0", "");
    for (const plain of ["plain", "plain-1.0.0"]) await writeFile(join(folder, plain), "no format that anyone knows");
    const { code, out, err } = await rollcall("publish", product, join(folder, name), ...more);
    expect({ code, out }).toEqual({ code: exit, out: "" });
    expect(err).toContain(`(${errorCode})`);
    expect((await client.applications.list()).map((one) => one.releaseCount)).toEqual([0]);
  });

  it("leaves no trace of a file that may not be read", async (context) => {
    if (process.getuid?.() === 0) context.skip("the superuser may read everything");
    const { rollcall, file } = await withApplication();
    const path = await file("secret-1.0.0");
    await chmod(path, 0o000);
    expect(await rollcall("publish", PRODUCT, `${path}@any`)).toMatchObject({ code: 7 });
  });
});
