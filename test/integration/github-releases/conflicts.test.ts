import { describe, expect, it } from "vitest";
import { MANIFEST_NAME } from "#shared/domain/store/github/own-document-names.ts";
import { aPublication } from "./a-publication.ts";
import { githubWorld, publish, stepContext } from "./github-world.ts";

const signal = new AbortController().signal;
const untilUploads = (id: string): boolean => id === "check" || id === "draft";

describe("what lies in the repository already", () => {
  it("is kept when it is this very release, published or not: doing every step again changes nothing", async () => {
    const { github, store, open } = await githubWorld();
    const publication = aPublication();
    const first = await publish(store, publication);
    const before = github.state.releases[0]!.assets.map((one) => one.id);
    const writes = github.seen.filter((one) => one.method !== "GET").length;
    expect(await publish(open(), publication)).toEqual(first);
    expect(github.state.releases.flatMap((one) => one.assets.map((asset) => asset.id))).toEqual(before);
    expect(github.seen.filter((one) => one.method !== "GET")).toHaveLength(writes);
  });

  it("is a conflict when the tag has a release of somebody else", async () => {
    const { github, store } = await githubWorld();
    const foreign = github.state.addRelease({ tag: "v1.4.2", body: "Made by hand" });
    github.state.addAsset(foreign, "web", "their bytes");
    await expect(publish(store, aPublication())).rejects.toMatchObject({
      code: "STORE_CONFLICT",
      message: expect.stringContaining("v1.4.2"),
    });
    expect(github.state.releases).toHaveLength(1);
  });

  it("is a conflict when the release is ours by name and its manifest is another", async () => {
    const { github, store } = await githubWorld();
    const other = github.state.addRelease({ tag: "v1.4.2" });
    github.state.addAsset(
      other,
      MANIFEST_NAME,
      aPublication({ releaseId: "11111111-52f0-4f6c-8f0f-3f1a4d1e5b10" }).content.manifestBytes as Buffer,
    );
    await expect(publish(store, aPublication())).rejects.toMatchObject({ code: "STORE_CONFLICT" });
  });

  it("is ours by its manifest alone, also when somebody rewrote the text with our mark", async () => {
    const { github, store } = await githubWorld();
    const publication = aPublication();
    await publish(store, publication);
    github.state.releases[0]!.body = "Better words.";
    await expect(publish(store, publication)).resolves.toHaveLength(4);
    github.state.tellsDigests = false;
    await expect(publish(store, publication)).resolves.toHaveLength(4);
  });

  it("is no obstacle when it is a bare git tag: the release is made on it", async () => {
    const { github, store } = await githubWorld();
    github.state.tags.add("v1.4.2");
    await publish(store, aPublication());
    expect(github.state.releases).toMatchObject([{ draft: false, tag: "v1.4.2" }]);
  });

  it("is a conflict when somebody keeps a draft for the tag, or another Rollcall does", async () => {
    const { github, store } = await githubWorld();
    github.state.addRelease({ tag: "v1.4.2", draft: true, body: "My notes" });
    await expect(publish(store, aPublication())).rejects.toMatchObject({
      code: "STORE_CONFLICT",
      message: expect.stringContaining("Somebody else"),
    });
    github.state.releases = [];
    await publish(store, aPublication({ applicationId: "99999999-7a51-4d0e-9d5b-9d1f6f7f0a01" }), untilUploads);
    await expect(publish(store, aPublication())).rejects.toMatchObject({
      code: "STORE_CONFLICT",
      message: expect.stringContaining("Another Rollcall"),
    });
    expect(github.state.releases).toHaveLength(1);
  });

  it("is cleared away when it is a draft of ours with earlier content, or a twin of this one", async () => {
    const { github, store, open } = await githubWorld();
    await publish(store, aPublication({ releaseId: "11111111-52f0-4f6c-8f0f-3f1a4d1e5b10" }), (id) => id !== "finish");
    await publish(store, aPublication(), untilUploads);
    const [draft] = github.state.releases;
    github.state.addRelease({ ...draft!, id: github.state.nextId(), assets: [] });
    await publish(open(), aPublication());
    expect(github.state.releases).toMatchObject([{ id: draft!.id, draft: false }]);
  });
});

describe("an asset that lies in our draft already", () => {
  it("is deleted and sent again when an upload was cut there", async () => {
    const { github, store } = await githubWorld();
    const publication = aPublication();
    await publish(store, publication, untilUploads);
    github.state.releases[0]!.assets.push(
      github.state.starter("web-linux-amd64", "web (linux/amd64)"),
      github.state.starter("SHA256SUMS", null),
    );
    await publish(store, publication);
    expect(github.state.releases[0]!.assets.map((one) => one.state)).not.toContain("starter");
    expect(github.state.releases[0]!.assets).toHaveLength(6);
  });

  it("is used when it has the same bytes, whoever brought them", async () => {
    const { github, store } = await githubWorld();
    const publication = aPublication({ files: [{ platform: "linux/amd64", fileName: "web", bytes: Buffer.from("same") }] });
    await publish(store, publication, untilUploads);
    const theirs = github.state.addAsset(github.state.releases[0]!, "web", "same");
    const [location] = await publish(store, publication);
    expect(location).toMatchObject({ location: { assetId: theirs.id } });
  });

  it("is replaced when it is ours and damaged, and a conflict when it is theirs and different", async () => {
    const { github, store } = await githubWorld();
    const publication = aPublication({ files: [{ platform: "linux/amd64", fileName: "web", bytes: Buffer.from("good") }] });
    await publish(store, publication, untilUploads);
    const [release] = github.state.releases;
    github.state.addAsset(release!, "web", "evil", { label: "web (linux/amd64)" });
    await publish(store, publication, (id) => id.startsWith("upload:"));
    expect(release!.assets.map((one) => one.bytes?.toString())).toEqual(["good"]);
    release!.assets = [];
    github.state.addAsset(release!, "web", "evil");
    await expect(publish(store, publication)).rejects.toMatchObject({ code: "STORE_CONFLICT", message: expect.stringContaining("web") });
    expect(release!.assets.map((one) => one.bytes?.toString())).toEqual(["evil"]);
  });

  it("is found by its bytes where the server tells no digest", async () => {
    const { github, store } = await githubWorld({ isEnterprise: true });
    github.state.tellsDigests = false;
    const publication = aPublication({ files: [{ platform: "linux/amd64", fileName: "web", bytes: Buffer.from("good") }] });
    await publish(store, publication, untilUploads);
    github.state.addAsset(github.state.releases[0]!, "web", "evil", { label: "web (linux/amd64)" });
    await publish(store, publication);
    expect(github.state.releases[0]!.assets[0]!.bytes?.toString()).not.toBe("evil");
  });

  it("that went missing before the end is brought back, and another's half-sent file is not published", async () => {
    const { github, store } = await githubWorld();
    const publication = aPublication();
    await publish(store, publication, (id) => id !== "finish");
    const [release] = github.state.releases;
    const names = release!.assets.map((one) => one.name);
    release!.assets = release!.assets.filter((one) => one.name !== "web-linux-arm64" && one.name !== "SHA256SUMS");
    release!.assets.push(github.state.starter("theirs", null));
    const moved = await publish(store, publication, (id) => id === "finish");
    const again = release!.assets.find((one) => one.name === "web-linux-arm64");
    expect(moved).toMatchObject([{ sha256: again?.sha256, location: { assetId: again?.id } }]);
    expect(release!.draft).toBe(false);
    expect(release!.assets.map((one) => one.name).toSorted()).toEqual(names.toSorted());
  });

  it("is taken for ours when it came between our look and our upload", async () => {
    const { github, store } = await githubWorld();
    const publication = aPublication();
    await publish(store, publication, untilUploads);
    let isFirst = true;
    github.disturb = (operation) => {
      if (operation === "repos/upload-release-asset" && isFirst) {
        isFirst = false;
        github.state.releases[0]!.assets.push(github.state.starter("web-linux-amd64", null));
      }
      return undefined;
    };
    await publish(store, publication);
    expect(github.state.releases[0]!.assets.filter((one) => one.name === "web-linux-amd64")).toMatchObject([{ state: "uploaded" }]);
  });
});

describe("a published release that somebody changed", () => {
  it("gets back an asset that is missing, and is a conflict when one has other bytes", async () => {
    const { github, store } = await githubWorld();
    const publication = aPublication();
    await publish(store, publication);
    const [release] = github.state.releases;
    release!.assets = release!.assets.filter((one) => one.name !== "web-linux-amd64");
    await publish(store, publication);
    expect(release!.assets.map((one) => one.name)).toContain("web-linux-amd64");
    Object.assign(release!.assets.at(-1)!, { sha256: "0".repeat(64) });
    await expect(publish(store, publication)).rejects.toMatchObject({
      code: "STORE_CONFLICT",
      message: expect.stringContaining("published"),
    });
    expect(release!.draft).toBe(false);
  });
});

describe("an abandoned publication", () => {
  it("removes its own draft with all assets, and nothing else", async () => {
    const { github, store } = await githubWorld();
    const publication = aPublication();
    await publish(store, publication, (id) => id !== "finish");
    github.state.addRelease({ tag: "v1.4.2", draft: true, body: "Somebody's" });
    await publish(store, aPublication({ version: "1.5.0" }));
    await store.abandon(publication.content, new Map(), signal);
    expect(github.state.releases.map(({ tag, body }) => ({ tag, isTheirs: body === "Somebody's" }))).toEqual([
      { tag: "v1.4.2", isTheirs: true },
      { tag: "v1.5.0", isTheirs: false },
    ]);
  });

  it("never removes a release that is visible", async () => {
    const { github, store } = await githubWorld();
    const publication = aPublication();
    await publish(store, publication);
    await store.abandon(publication.content, new Map(), signal);
    expect(github.state.releases).toHaveLength(1);
  });

  it("ends at once when it is cancelled while bytes are on their way, and closes their source", async () => {
    const { store } = await githubWorld();
    const controller = new AbortController();
    const publication = aPublication();
    await publish(store, publication, untilUploads);
    const step = store.plan(publication.content).find((one) => one.phase === "upload")!;
    const closed = Promise.withResolvers<void>();
    const open = async (): Promise<AsyncIterable<Uint8Array>> => endless(controller, closed.resolve);
    await expect(store.run(step, publication.content, stepContext(publication, { open, signal: controller.signal }))).rejects.toMatchObject(
      { code: "CANCELLED" },
    );
    await expect(closed.promise).resolves.toBeUndefined();
  });
});

async function* endless(controller: AbortController, onClose: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield Buffer.from("w");
    controller.abort();
    await new Promise((settle) => setImmediate(settle));
    for (;;) yield Buffer.alloc(0);
  } finally {
    onClose();
  }
}
