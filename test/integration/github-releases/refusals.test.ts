import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { openGithubStore } from "#main/adapters/github-releases/open-github-store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { type Answer, Refusal } from "#test/fakes/github/answer.ts";
import { fakeClock } from "#test/fakes/clock.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { releaseManifest } from "#shared/domain/release/manifest.ts";
import { aPublication, contentOf } from "./a-publication.ts";
import { type GithubWorld, githubWorld, publish, stepContext, TOKEN } from "./github-world.ts";

const signal = new AbortController().signal;

/** What the check of a publication throws. */
async function refusalOf(world: Pick<GithubWorld, "store">): Promise<AppError> {
  const thrown: unknown = await publish(world.store, aPublication(), (id) => id === "check").catch((error: unknown) => error);
  if (!(thrown instanceof AppError)) throw new Error("nothing was refused");
  return thrown;
}

describe("what GitHub refuses is told apart in words", () => {
  it("a token that is wrong or has ended", async () => {
    const { github, open } = await githubWorld();
    expect(await refusalOf({ store: open({ token: "ghp_unknown" }) })).toMatchObject({
      code: "STORE_CREDENTIALS_REFUSED",
      message: expect.stringContaining("has ended"),
    });
    github.tokens.set(TOKEN, "expired");
    expect(await refusalOf({ store: open() })).toMatchObject({ code: "STORE_CREDENTIALS_REFUSED", retryable: false });
  });

  it("no token at all", async () => {
    const { open } = await githubWorld();
    expect(await refusalOf({ store: open({ token: undefined }) })).toMatchObject({
      code: "STORE_CREDENTIALS_REFUSED",
      message: expect.stringContaining("none is set"),
    });
  });

  it("a token that may read and not write, before a byte is sent", async () => {
    const { github, open } = await githubWorld();
    github.tokens.set("ghp_reader", "read");
    expect(await refusalOf({ store: open({ token: "ghp_reader" }) })).toMatchObject({
      code: "STORE_FORBIDDEN",
      message: expect.stringContaining("Contents: write"),
    });
    expect(github.seen.filter((one) => one.method !== "GET")).toEqual([]);
  });

  it("a right that is missing only where it is used", async () => {
    const world = await githubWorld();
    world.github.disturb = (operation) =>
      operation === "repos/create-release" ? new Refusal(403, "Resource not accessible by personal access token").answer : undefined;
    await expect(publish(world.store, aPublication())).rejects.toMatchObject({
      code: "STORE_FORBIDDEN",
      message: expect.stringMatching(/draft was not made.*Resource not accessible/),
    });
  });

  it("single sign-on that the token was not authorized for", async () => {
    const world = await githubWorld();
    const answer = new Refusal(403, "Resource protected by organization SAML enforcement.", {
      headers: { "x-github-sso": "required; url=https://github.example/sso" },
    }).answer;
    world.github.disturb = () => answer;
    expect(await refusalOf(world)).toMatchObject({ code: "STORE_FORBIDDEN", message: expect.stringContaining("single sign-on") });
  });

  it("a repository that is not there, or hidden from the token", async () => {
    const { github, open } = await githubWorld();
    github.tokens.set("ghp_stranger", "none");
    expect(await refusalOf({ store: open({ token: "ghp_stranger" }) })).toMatchObject({
      code: "STORE_NOT_FOUND",
      message: expect.stringContaining("acme/web-releases"),
    });
  });

  it("an archived repository, and one without a commit", async () => {
    const world = await githubWorld();
    world.github.state.archived = true;
    expect(await refusalOf(world)).toMatchObject({ code: "STORE_FORBIDDEN", message: expect.stringContaining("archived") });
    Object.assign(world.github.state, { archived: false, hasCommits: false });
    await expect(publish(world.store, aPublication())).rejects.toMatchObject({
      code: "STORE_CONFLICT",
      message: expect.stringContaining("Repository is empty"),
    });
  });

  it("a file of 2 GiB, before a byte is sent or asked", async () => {
    const { github, store } = await githubWorld();
    const { manifest } = aPublication().content;
    const [first] = manifest.artifacts;
    const large = releaseManifest.parse({ ...manifest, artifacts: [{ ...first, sizeBytes: 2 ** 31 }] });
    const content = contentOf(large, { channels: [], notes: "", keys: ["a1".repeat(32)] });
    const [check] = store.plan(content);
    await expect(store.run(check!, content, stepContext(aPublication()))).rejects.toMatchObject({
      code: "STORE_TOO_LARGE",
      message: expect.stringContaining("2 GiB"),
    });
    expect(github.seen).toEqual([]);
  });

  it("an address without TLS that is not this machine, before the token leaves", async () => {
    const settings = {
      kind: "github",
      apiUrl: "http://github.example.com/api/v3",
      owner: "a",
      repository: "b",
      tagPrefix: "v",
      hostAccess: "proxy",
    } as const;
    const surroundings = { clock: fakeClock(), logger: quietLogger(), userAgent: "rollcall/0" };
    const store = openGithubStore(settings, async () => ({ password: TOKEN }), surroundings);
    await expect(store.probe("p", signal)).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining("not HTTPS") });
  });
});

describe("limits and outages", () => {
  const limit = (status: number, message: string, headers: Readonly<Record<string, string>>): Answer =>
    new Refusal(status, message, { headers }).answer;

  it("says how long to wait when the hourly limit is used up, and does not wait by itself", async () => {
    const world = await githubWorld();
    const reset = Math.ceil(Date.now() / 1000) + 1800;
    world.github.disturb = () =>
      limit(403, "API rate limit exceeded for user ID 1.", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) });
    for (const spaceWrites of [true, false]) {
      const refused = await refusalOf({ store: world.open({ surroundings: { spaceWrites } }) });
      expect(refused).toMatchObject({ code: "RATE_LIMITED", retryable: true, message: expect.stringContaining("another") });
      expect(refused.details["retryAfterMs"]).toBeGreaterThan(1_700_000);
      expect(refused.details["retryAfterMs"]).toBeLessThanOrEqual(1_802_000);
    }
    expect(world.logger.lines).toMatchObject([{ fields: { kind: "primary" }, message: "GitHub's rate limit was reached" }]);
    expect(world.github.seen).toHaveLength(2);
  });

  it("obeys the secondary limit's Retry-After, also with status 429 and while a file is sent", async () => {
    const world = await githubWorld();
    const publication = aPublication();
    await publish(world.store, publication, (id) => id === "check" || id === "draft");
    const answer = limit(429, "You have exceeded a secondary rate limit.", { "retry-after": "73" });
    world.github.disturb = (operation) => (operation === "repos/upload-release-asset" ? answer : undefined);
    await expect(publish(world.store, publication)).rejects.toMatchObject({ code: "RATE_LIMITED", details: { retryAfterMs: 73_000 } });
    world.github.disturb = () => undefined;
    await publish(world.store, publication);
    expect(world.github.state.releases).toMatchObject([{ draft: false }]);
  });

  it("tries a read again after an outage, and leaves a write to the next run of its step", async () => {
    const world = await githubWorld();
    const outages = new Set(["repos/get", "repos/create-release", "repos/upload-release-asset"]);
    world.github.disturb = (operation) => (outages.delete(operation) ? new Refusal(502, "Bad Gateway").answer : undefined);
    const publication = aPublication();
    await publish(world.store, publication, (id) => id === "check");
    await expect(publish(world.store, publication)).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE", retryable: true });
    await expect(publish(world.store, publication)).rejects.toMatchObject({
      code: "REMOTE_UNREACHABLE",
      message: expect.stringContaining("was not sent"),
    });
    await publish(world.store, publication);
    expect(world.github.state.releases).toHaveLength(1);
  });

  it("asks with the tag of the answer that it has, which costs nothing of the limit", async () => {
    const world = await githubWorld();
    world.github.state.addRelease({ tag: "v1.0.0" });
    const first = await world.store.discover("com.example.web", signal);
    expect(await world.store.discover("com.example.web", signal)).toEqual(first);
    expect(world.github.notModified).toBe(1);
    world.github.state.addRelease({ tag: "v1.1.0" });
    expect(await world.store.discover("com.example.web", signal)).toHaveLength(2);
  });
});

describe("the token", () => {
  it("stands in no error, cause or log line, whatever GitHub answers", async () => {
    const world = await githubWorld();
    const publication = aPublication();
    const answers = [400, 401, 403, 404, 409, 422, 429, 500, 503].map(
      (status) => new Refusal(status, `echo: token ${TOKEN} was seen`, { errors: [{ code: TOKEN, message: TOKEN }] }).answer,
    );
    const answersNothing = { status: 200, json: { message: TOKEN } };
    const thrown: unknown[] = [];
    for (const answer of [...answers, answersNothing]) {
      world.github.disturb = () => answer;
      const store = world.open({ surroundings: { spaceWrites: true } });
      thrown.push(await publish(store, publication).catch((error: unknown) => error));
      thrown.push(await store.probe("p", signal).catch((error: unknown) => error));
      const location = { tag: "v1", name: "web", assetId: 1 };
      if (answer.status >= 400) thrown.push(await store.open(location, undefined, signal).catch((error: unknown) => error));
    }
    await world.github.close();
    thrown.push(await publish(world.open(), publication).catch((error: unknown) => error));
    world.github.violations.length = 0;
    expect(thrown.filter((one) => !(one instanceof AppError))).toEqual([]);
    expect(inspect([thrown, world.logger.lines, world.store], { depth: 12, showHidden: true })).not.toContain(TOKEN);
  });
});
