import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chooseVersion } from "#main/agent/standalone/choose-version.ts";
import { GithubOffer } from "#main/agent/standalone/github/github-offer.ts";
import { GithubReader } from "#main/agent/standalone/github/github-reader.ts";
import { httpServer } from "#test/builders/http-server.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { githubWorld, TOKEN } from "../github-releases/github-world.ts";

const LOOK = new AbortController().signal;
const HOUR_MS = 3_600_000;

/** A host's eyes on a repository, at a clock that stands until it is set. */
async function eyesOn(apiUrl: string, withToken: boolean) {
  const tokenFile = join(await tempFolder(), "token");
  await writeFile(tokenFile, TOKEN);
  const source = { kind: "github", repository: "acme/web-releases", apiUrl, tagPrefix: "v", ...(withToken && { tokenFile }) } as const;
  const clock = { now: 1_700_000_000_000 };
  const wish = { productId: "org.example.web", source, wantsLatest: false };
  const offer = new GithubOffer(new GithubReader(source, () => clock.now), wish);
  const highest = async () => chooseVersion(await offer.look(LOOK), { follow: "latest", prereleases: false }, undefined);
  return { offer, clock, highest };
}

/** 250 releases, newest first as GitHub lists them; the highest version is the fortieth that was made, on the third page. */
async function longHistory() {
  const { github } = await githubWorld();
  for (let index = 0; index < 250; index += 1) github.state.addRelease({ tag: index === 39 ? "v9.0.0" : `v1.0.${index}` });
  const asked = () => github.seen.splice(0).map(({ target }) => new URL(target, "http://github").searchParams.get("page") ?? "1");
  return { github, asked };
}

describe("releases on several pages", () => {
  it("are all looked at, since GitHub does not list them by their versions, and cost nothing while they stay as they are", async () => {
    const { github, asked } = await longHistory();
    const { offer, highest } = await eyesOn(github.origins.api, true);
    expect(await highest()).toEqual({ version: "9.0.0" });
    expect(offer.last?.versions).toHaveLength(250);
    expect(asked()).toEqual(["1", "2", "3"]);
    expect(await highest()).toEqual({ version: "9.0.0" });
    expect(github.seen.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(github.notModified).toBe(3);
    expect(asked()).toEqual(["1", "2", "3"]);
  });

  it("are asked for one by one without a token only when the first has changed, and once an hour", async () => {
    const { github, asked } = await longHistory();
    const { clock, highest } = await eyesOn(github.origins.api, false);
    expect(await highest()).toEqual({ version: "9.0.0" });
    expect(asked()).toEqual(["1", "2", "3"]);
    expect(await highest()).toEqual({ version: "9.0.0" });
    expect(asked()).toEqual(["1"]);
    github.state.addRelease({ tag: "v9.1.0" });
    expect(await highest()).toEqual({ version: "9.1.0" });
    expect(asked()).toEqual(["1", "2", "3"]);
    clock.now += HOUR_MS;
    await highest();
    expect(asked()).toEqual(["1", "2", "3"]);
    clock.now -= 10 * HOUR_MS;
    await highest();
    expect(asked()).toEqual(["1", "2", "3"]);
  });

  it("are a thousand at most", async () => {
    const { github } = await githubWorld();
    for (let index = 0; index < 1100; index += 1) github.state.addRelease({ tag: `v1.0.${index}` });
    const { offer } = await eyesOn(github.origins.api, true);
    expect((await offer.look(LOOK)).versions).toHaveLength(1000);
    expect(github.seen).toHaveLength(10);
  });

  it("are not followed to another origin, nor does the token go there", async () => {
    const strangers: unknown[] = [];
    const elsewhere = await httpServer((request, response) => {
      strangers.push(request.headers);
      response.end("[]");
    });
    const { github } = await longHistory();
    const { offer } = await eyesOn(github.origins.api, true);
    // The fake builds its links from where it is said to lie.
    github.origins = { ...github.origins, api: elsewhere };
    expect((await offer.look(LOOK)).versions).toHaveLength(100);
    expect(github.seen).toHaveLength(1);
    expect(strangers).toEqual([]);
  });

  it.each([
    ["lead back to the first", (page: number) => `/repos/acme/web-releases/releases?per_page=100&page=${page % 2}`, 3],
    ["have no end", (page: number) => `/repos/acme/web-releases/releases?cursor=${page}`, 10],
    ["have addresses that are none", () => "http://[", 1],
    ["are links to files", () => "file:///etc/passwd", 1],
  ])("that %s are read no further", async (_, next, most) => {
    let pages = 0;
    const api = await httpServer((_request, response) => {
      pages += 1;
      response.writeHead(200, { etag: `"${pages}"`, link: `<${next(pages)}>; rel="next"` }).end("[]");
    });
    const { offer } = await eyesOn(api, true);
    await offer.look(LOOK);
    expect(pages).toBe(most);
    await offer.look(LOOK);
    expect(pages).toBeLessThanOrEqual(2 * most);
  });
});
