import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aPublication, PRODUCT } from "./a-publication.ts";
import { bytesOf, githubWorld, publish } from "./github-world.ts";

const signal = new AbortController().signal;
const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
const file = { platform: "linux/amd64", fileName: "web", bytes };

describe("files that lie on GitHub", () => {
  it("are read whole or in part from the place that GitHub names, which never sees the token", async () => {
    const { github, store } = await githubWorld();
    const [place] = await publish(store, aPublication({ files: [file] }));
    expect(await bytesOf(await store.open(place!.location, undefined, signal))).toEqual(bytes);
    expect(await bytesOf(await store.open(place!.location, { first: 1000, last: 70_999 }, signal))).toEqual(bytes.subarray(1000, 71_000));
    expect(await bytesOf(await store.open(place!.location, { first: 99_999, last: 99_999 }, signal))).toEqual(bytes.subarray(99_999));
    // The storage origin notes a violation when credentials reach it, which the end of this test looks at.
    expect(github.seen.filter((one) => one.operation === "repos/get-release-asset")).toHaveLength(3);
  });

  it("are read from GitHub itself where it redirects nowhere, and cut to the range where it takes none", async () => {
    const { github, store } = await githubWorld({ isEnterprise: true });
    github.state.redirects = false;
    const [place] = await publish(store, aPublication({ files: [file] }));
    expect(await bytesOf(await store.open(place!.location, undefined, signal))).toEqual(bytes);
    expect(await bytesOf(await store.open(place!.location, { first: 70_000, last: 80_000 }, signal))).toEqual(
      bytes.subarray(70_000, 80_001),
    );
    expect(await store.shortLivedUrl(place!.location, signal)).toBeUndefined();
  });

  it("have an address for a short time, which anyone can fetch without credentials", async () => {
    const { store } = await githubWorld();
    const [place] = await publish(store, aPublication({ files: [file] }));
    const found = await store.shortLivedUrl(place!.location, signal);
    expect(found?.expiresAt).toBeGreaterThan(Date.now());
    const answer = await fetch(found!.url, { headers: { range: "bytes=0-9" } });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes.subarray(0, 10));
  });

  it("are not found when they were removed, or when the place is none of GitHub's", async () => {
    const { store } = await githubWorld();
    await expect(store.open({ tag: "v1", name: "web", assetId: 7 }, undefined, signal)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    await expect(store.open({ digest: "sha256:00" }, undefined, signal)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  });

  it("end with an error when the reader cancels", async () => {
    const { store } = await githubWorld();
    const [place] = await publish(store, aPublication({ files: [file] }));
    const controller = new AbortController();
    const source = await store.open(place!.location, undefined, controller.signal);
    controller.abort();
    await expect(bytesOf(source)).rejects.toMatchObject({ code: "CANCELLED" });
  });
});

describe("releases that others made", () => {
  it("are listed without drafts, with the version that their tag stands for", async () => {
    const { github, store } = await githubWorld();
    for (const tag of ["v1.0.0", "2.0.0", "web-2.1.0-rc.1", "@acme/web@3.0.0", "nightly"]) github.state.addRelease({ tag });
    github.state.addRelease({ tag: "v9.9.9", draft: true });
    await publish(store, aPublication());
    const found = await store.discover(PRODUCT, signal);
    expect(Object.fromEntries(found.map((one) => [one.reference, one.version]))).toEqual({
      "v1.0.0": "1.0.0",
      "2.0.0": "2.0.0",
      "web-2.1.0-rc.1": "2.1.0-rc.1",
      "@acme/web@3.0.0": "3.0.0",
      nightly: undefined,
      "v1.4.2": "1.4.2",
    });
    expect(found.filter((one) => one.isOurs).map((one) => one.reference)).toEqual(["v1.4.2"]);
    expect(found.every((one) => (one.createdAt ?? 0) > Date.UTC(2020, 0, 1))).toBe(true);
  });

  it("are listed to their end over several pages", async () => {
    const { github, store } = await githubWorld();
    for (let patch = 0; patch < 205; patch += 1) github.state.addRelease({ tag: `v1.0.${patch}` });
    expect(await store.discover(PRODUCT, signal)).toHaveLength(205);
  });

  it("are only those of the product where several share the repository", async () => {
    const { github, open } = await githubWorld();
    const store = open({ tagPrefix: "{product}/v" });
    await publish(store, aPublication());
    github.state.addRelease({ tag: "com.example.other/v3.0.0" });
    expect(await store.discover(PRODUCT, signal)).toMatchObject([{ reference: "com.example.web/v1.4.2", version: "1.4.2" }]);
    expect(await store.inspect(PRODUCT, "com.example.web/v1.4.2", signal)).toMatchObject({ isOurs: true, version: "1.4.2" });
  });

  it("are described with digests, platforms guessed from names, and without half-sent files", async () => {
    const { github, store } = await githubWorld();
    const release = github.state.addRelease({ tag: "v2.0.0", body: "Their notes" });
    for (const name of ["tool_2.0.0_linux_amd64", "tool-2.0.0-aarch64-apple-darwin", "tool_2.0.0.txt"])
      github.state.addAsset(release, name, name);
    release.assets.push(github.state.starter("tool-half", null));
    const found = await store.inspect(PRODUCT, "v2.0.0", signal);
    expect(found).toMatchObject({ isOurs: false, version: "2.0.0", notes: "Their notes", bundles: [], subjectSha256: undefined });
    expect(found.files.map(({ name, platform, sha256 }) => ({ name, platform, sha256 }))).toEqual([
      { name: "tool_2.0.0_linux_amd64", platform: "linux/amd64", sha256: hash("sha256", "tool_2.0.0_linux_amd64") },
      { name: "tool-2.0.0-aarch64-apple-darwin", platform: "darwin/arm64", sha256: hash("sha256", "tool-2.0.0-aarch64-apple-darwin") },
      { name: "tool_2.0.0.txt", platform: undefined, sha256: hash("sha256", "tool_2.0.0.txt") },
    ]);
    expect((await bytesOf(await store.open(found.files[0]!.location, undefined, signal))).toString()).toBe("tool_2.0.0_linux_amd64");
  });

  it("have no digest where GitHub tells none, and are not found as drafts", async () => {
    const { github, store } = await githubWorld();
    github.state.tellsDigests = false;
    github.state.addAsset(github.state.addRelease({ tag: "v2.0.0" }), "tool", "bytes");
    expect((await store.inspect(PRODUCT, "v2.0.0", signal)).files).toMatchObject([{ name: "tool", sha256: undefined, sizeBytes: 5 }]);
    github.state.addRelease({ tag: "v3.0.0", draft: true });
    await expect(store.inspect(PRODUCT, "v3.0.0", signal)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  });

  it("that Rollcall made are described by their manifest, with the bundles that sign it", async () => {
    const { github, store } = await githubWorld();
    const { content, open } = aPublication({ notes: "Faster.\n\nMuch." });
    await publish(store, { content, open });
    const found = await store.inspect(PRODUCT, "v1.4.2", signal);
    expect(found).toMatchObject({ isOurs: true, notes: "Faster.\n\nMuch.", subjectSha256: content.manifestSha256 });
    expect(found.files.map(({ name, platform }) => `${name}: ${platform ?? ""}`)).toEqual([
      "web-linux-amd64: linux/amd64",
      "web-linux-arm64: linux/arm64",
    ]);
    expect(found.bundles.map((one) => JSON.parse(Buffer.from(one).toString()) as unknown)).toMatchObject([
      { mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json" },
      { mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json" },
    ]);
    github.state.tellsDigests = false;
    expect((await store.inspect(PRODUCT, "v1.4.2", signal)).files).toMatchObject([
      { platform: "linux/amd64", sha256: undefined },
      { platform: "linux/arm64", sha256: undefined },
    ]);
  });

  it("are refused when what says to be our manifest is none", async () => {
    const { github, store } = await githubWorld();
    github.state.addAsset(github.state.addRelease({ tag: "v2.0.0" }), "rollcall-release.json", "{}");
    await expect(store.inspect(PRODUCT, "v2.0.0", signal)).rejects.toMatchObject({ code: "STORE_PROTOCOL" });
  });
});
