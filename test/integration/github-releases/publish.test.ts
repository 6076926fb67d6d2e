import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aPublication } from "./a-publication.ts";
import { bytesOf, githubWorld, publish, stepContext } from "./github-world.ts";

const signal = new AbortController().signal;

describe("publishing to GitHub Releases", () => {
  it("brings artifacts, checksums, manifest and signatures into a draft and publishes it last", async () => {
    const { github, store } = await githubWorld();
    const publication = aPublication({ channels: ["stable"] });
    await publish(store, publication, (id) => id !== "finish");
    expect(github.state.releases).toMatchObject([{ draft: true, tag: "v1.4.2" }]);
    expect(github.state.tags.size).toBe(0);
    const locations = await publish(store, publication);
    const [release] = github.state.releases;
    expect(github.state.releases).toHaveLength(1);
    expect(release).toMatchObject({ draft: false, prerelease: false, tag: "v1.4.2", name: "Web 1.4.2" });
    expect(github.state.latestId).toBe(release?.id);
    expect(release?.assets.map((one) => one.name).sort()).toEqual([
      "SHA256SUMS",
      "rollcall-release.b2b2b2b2b2b2b2b2.sigstore.json",
      "rollcall-release.json",
      "rollcall-release.sigstore.json",
      "web-linux-amd64",
      "web-linux-arm64",
    ]);
    expect(new Set(locations.map((one) => one.sha256)).size).toBe(2);
    for (const { sha256, location } of locations) {
      expect(hash("sha256", await bytesOf(await store.open(location, undefined, signal)))).toBe(sha256);
    }
  });

  it("spaces what it writes where GitHub asks for it, also between the parts of a release", async () => {
    const { github, open } = await githubWorld();
    const publication = aPublication();
    await publish(
      open({ surroundings: { spaceWrites: true } }),
      publication,
      (id) => id === "check" || id === "draft" || id.startsWith("upload:"),
    );
    expect(github.state.releases[0]?.assets.map((one) => one.state)).toEqual(["uploaded", "uploaded"]);
  });

  it("runs the uploads of one release side by side", async () => {
    const { github, store } = await githubWorld();
    const files = ["amd64", "arm64", "riscv64", "s390x"].map((machine) => ({
      platform: `linux/${machine}`,
      fileName: "web",
      bytes: Buffer.alloc(200_000, machine),
    }));
    const publication = aPublication({ files });
    await publish(store, publication, (id) => id === "check" || id === "draft");
    const uploads = store.plan(publication.content).filter((one) => one.phase === "upload");
    await Promise.all(uploads.map((one) => store.run(one, publication.content, stepContext(publication))));
    await publish(store, publication, (id) => !id.startsWith("upload:"));
    expect(github.state.releases).toMatchObject([{ draft: false }]);
    expect(github.seen.filter((one) => one.operation === "repos/upload-release-asset")).toHaveLength(8);
  });
});
