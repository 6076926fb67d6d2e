import { describe, expect, it } from "vitest";
import { aPublication, PRODUCT } from "./a-publication.ts";
import { bytesOf, githubWorld, publish, TOKEN } from "./github-world.ts";

const signal = new AbortController().signal;

describe("a look at the repository", () => {
  it("says whose the token is, that it may write, and when it ends", async () => {
    const { github, store } = await githubWorld();
    const end = new Date(Date.now() + 6 * 86_400_000 + 60_000).toISOString();
    github.extraHeaders = { "github-authentication-token-expiration": `${end.slice(0, 10)} ${end.slice(11, 19)} UTC` };
    const probe = await store.probe(PRODUCT, signal);
    expect(probe).toMatchObject({ canWrite: true, account: "rollcall-publisher" });
    expect(probe.notes.join(" ")).toMatch(/everyone can read.*The token ends in 6 d/);
  });

  it("says what is missing to publish: a token, the right, a repository that is not archived", async () => {
    const { github, open } = await githubWorld();
    expect(await open({ token: undefined }).probe(PRODUCT, signal)).toMatchObject({
      canWrite: false,
      notes: [expect.stringContaining("No token"), expect.anything()],
    });
    github.tokens.set("ghp_reader", "read");
    expect(await open({ token: "ghp_reader" }).probe(PRODUCT, signal)).toMatchObject({
      canWrite: false,
      notes: [expect.stringContaining("Contents: write"), expect.anything()],
    });
    github.state.archived = true;
    expect(await open().probe(PRODUCT, signal)).toMatchObject({ canWrite: false });
  });

  it("takes the token of a GitHub App, which belongs to no account", async () => {
    const { github, store } = await githubWorld();
    github.disturb = (operation) =>
      operation === "users/get-authenticated" ? { status: 403, json: { message: "Resource not accessible by integration" } } : undefined;
    expect(await store.probe(PRODUCT, signal)).toEqual({ canWrite: true, notes: [expect.any(String)] });
  });

  it("reads the token anew for each call, so that a renewed one is used at once", async () => {
    const { github, open } = await githubWorld();
    const store = open();
    github.tokens.set(TOKEN, "expired");
    await expect(store.probe(PRODUCT, signal)).rejects.toMatchObject({ code: "STORE_CREDENTIALS_REFUSED" });
    github.tokens.set(TOKEN, "write");
    expect(await store.probe(PRODUCT, signal)).toMatchObject({ canWrite: true });
  });
});

describe("channels", () => {
  it("stable makes a release the latest; others change nothing there", async () => {
    const { github, store } = await githubWorld();
    await publish(store, aPublication({ version: "1.0.0", channels: ["stable"] }));
    await publish(store, aPublication({ version: "1.1.0", channels: ["beta"] }));
    const [first, second] = github.state.releases;
    expect(github.state.latestId).toBe(first!.id);
    await store.moveChannel(PRODUCT, "beta", "1.1.0", signal);
    expect(github.state.latestId).toBe(first!.id);
    await store.moveChannel(PRODUCT, "stable", "1.1.0", signal);
    expect(github.state.latestId).toBe(second!.id);
  });

  it("leave a pre-release what it is, also in stable, and need a published release", async () => {
    const { github, store } = await githubWorld();
    await publish(store, aPublication({ version: "2.0.0-rc.1", channels: ["stable"] }));
    expect(github.state.releases).toMatchObject([{ prerelease: true, draft: false }]);
    await store.moveChannel(PRODUCT, "stable", "2.0.0-rc.1", signal);
    expect(github.state.latestId).toBeUndefined();
    await expect(store.moveChannel(PRODUCT, "stable", "3.0.0", signal)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  });
});

describe("a withdrawn release", () => {
  it("becomes a draft that says so, from which its files can still be read, and is never published again", async () => {
    const { github, store, open } = await githubWorld();
    const publication = aPublication({ channels: ["stable"] });
    const [place] = await publish(store, publication);
    const { left } = await store.withdraw(PRODUCT, "1.4.2", signal);
    expect(left).toContain("git tag v1.4.2 stays");
    expect(github.state.releases).toMatchObject([{ draft: true, body: expect.stringMatching(/^\*\*Withdrawn\.\*\*[^]*Faster\./) }]);
    expect(github.state.latestId).toBeUndefined();
    expect(await store.discover(PRODUCT, signal)).toEqual([]);
    expect(await bytesOf(await store.open(place!.location, undefined, signal))).not.toHaveLength(0);
    await expect(store.withdraw(PRODUCT, "1.4.2", signal)).resolves.toEqual({ left });
    await expect(publish(open(), publication)).rejects.toMatchObject({
      code: "STORE_CONFLICT",
      message: expect.stringContaining("withdrawn"),
    });
    await store.abandon(publication.content, new Map(), signal);
    expect(github.state.releases).toHaveLength(1);
  });

  it("stays visible and marked where the repository makes releases immutable", async () => {
    const { github, store } = await githubWorld();
    github.state.makesImmutable = true;
    const publication = aPublication();
    await publish(store, publication);
    expect((await store.withdraw(PRODUCT, "1.4.2", signal)).left).toContain("immutable");
    expect(github.state.releases).toMatchObject([{ draft: false, body: expect.stringContaining("**Withdrawn.**") }]);
    await expect(publish(store, publication)).rejects.toMatchObject({ code: "STORE_CONFLICT" });
  });

  it("is left alone when it is somebody else's, and not found when it is not there", async () => {
    const { github, store } = await githubWorld();
    github.state.addRelease({ tag: "v1.4.2", body: "theirs" });
    await expect(store.withdraw(PRODUCT, "1.4.2", signal)).rejects.toMatchObject({ code: "STORE_CONFLICT" });
    expect(github.state.releases).toMatchObject([{ draft: false, body: "theirs" }]);
    await expect(store.withdraw(PRODUCT, "9.9.9", signal)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  });
});
