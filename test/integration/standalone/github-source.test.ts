import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aFolderSigner } from "#test/builders/release-folder.ts";
import { publishSigned } from "#test/builders/signed-publication.ts";
import { versionAt } from "../agent/agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "../agent/service-artifact.ts";
import { githubWorld, TOKEN } from "../github-releases/github-world.ts";
import { LyingRelay } from "./lying-relay.ts";
import { clientAt, serves, setUpStandalone, until, untilRefused } from "./standalone-agent.ts";

/** GitHub, a shop for it, and a host that looks there with a token; nothing is published and nothing runs yet. */
async function setUpGithub(options: Parameters<typeof githubWorld>[0] = {}) {
  const world = await githubWorld(options);
  const host = await setUpStandalone();
  const tokenFile = join(host.root, "token");
  await writeFile(tokenFile, `${TOKEN}\n`);
  const source = { kind: "github", repository: "acme/web-releases", apiUrl: world.github.origins.api, tokenFile };
  const publish = (version: string, given: object = {}) =>
    publishSigned(world.store, { version, bytes: serviceArtifact(version), runSpec: QUICK_RUN, signers: [host.signer], ...given });
  return { ...world, ...host, source, publish };
}

describe("releases on GitHub", () => {
  it.each([
    ["github.com's shape, the bytes elsewhere", {}],
    ["an Enterprise server's", { isEnterprise: true }],
  ])("are followed, signatures and all, on %s", async (_, options) => {
    const { github, port, source, publish, run } = await setUpGithub(options);
    github.state.isPrivate = true;
    await publish("1.0.0");
    await run({ source });
    await serves(port, "1.0.0");
    await until(async () => (github.notModified > 0 ? true : undefined));
    await publish("1.1.0");
    await serves(port, "1.1.0");
    // The storage of the fake answers a token with 400 and notes it, which fails this test at its end.
    expect(github.seen.filter((one) => one.status === 302).length).toBeGreaterThan(0);
  });

  it("are not installed without the signatures that the host asks for, nor as a plain file", async () => {
    const { github, agent, port, source, publish, run } = await setUpGithub();
    await publish("1.0.0");
    await run({ source });
    await serves(port, "1.0.0");
    await publish("1.1.0", { signers: [aFolderSigner()] });
    await untilRefused(port, "Version 1.1.0 has 0 of the 1 signatures");
    await publish("1.2.0", { forge: (manifest: object) => ({ ...manifest, publishedAt: 1 }) });
    await untilRefused(port, "Version 1.2.0 has 0 of the 1 signatures");
    github.state.addAsset(github.state.addRelease({ tag: "v1.3.0" }), "service.mjs", serviceArtifact("1.3.0"));
    await untilRefused(port, "v1.3.0 of acme/web-releases has no release manifest: it is a plain file, which nobody can have signed");
    expect(await versionAt(port)).toBe("1.0.0");
    expect(await agent.log()).not.toContain(TOKEN);
  });

  it("are pre-releases when GitHub or the version says so, and stable is what GitHub calls latest", async () => {
    const { github, port, source, publish, run } = await setUpGithub();
    await publish("1.0.0", { channels: ["stable"] });
    await publish("1.1.0");
    github.state.releases.find((one) => one.tag === "v1.1.0")!.prerelease = true;
    await publish("2.0.0-rc.1");
    await run({ source, follow: { channel: "stable" } });
    await serves(port, "1.0.0");
    await publish("1.2.0", { channels: ["stable"] });
    await serves(port, "1.2.0");
    const client = await clientAt(port);
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    expect((await client.versions()).versions.map((one) => one.version)).toEqual(["2.0.0-rc.1", "1.2.0", "1.1.0", "1.0.0"]);
    expect(await until(async () => client.updateTo("2.0.0-rc.1").catch(() => undefined))).toMatchObject({ outcome: "healthy" });
  });

  it("are found where a repository was renamed to", async () => {
    const { github, port, source, publish, run } = await setUpGithub();
    const relay = await LyingRelay.start(() => github.origins.api);
    relay.isMarked = (path) => path.startsWith("/repos/acme/old-name/");
    relay.lie = (response) => void response.writeHead(301, { Location: response.req.url?.replace("old-name", "web-releases") ?? "" }).end();
    await publish("1.0.0");
    await run({ source: { ...source, apiUrl: relay.url, repository: "acme/old-name" } });
    expect(await serves(port, "1.0.0")).toBe("1.0.0");
  });

  it("are left alone for as long as GitHub says, and the host serves on meanwhile", async () => {
    const { github, agent, port, source, publish, run } = await setUpGithub();
    await publish("1.0.0");
    await run({ source });
    await serves(port, "1.0.0");
    const client = await clientAt(port);
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    const reset = String(Math.ceil(Date.now() / 1000) + 3600);
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
    const json = { message: "API rate limit exceeded", documentation_url: "https://docs.github.com/rest" };
    github.disturb = () => ({ status: 403, headers, json });
    await untilRefused(port, "limits how often it is asked");
    const asked = github.seen.length;
    await expect(client.check()).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await expect(client.check()).rejects.toMatchObject({ code: "RATE_LIMITED" });
    expect(github.seen.length).toBe(asked);
    expect(await versionAt(port)).toBe("1.0.0");
    expect(await agent.print("status", "--state", agent.folder)).toContain("GitHub limits how often it is asked");
  });
});
