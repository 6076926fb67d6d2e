import { hash } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dockerRegistry, noDockerRegistry } from "#test/fakes/docker-registry.ts";
import { versionAt } from "../agent/agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "../agent/service-artifact.ts";
import { githubWorld } from "../github-releases/github-world.ts";
import { ForeignPush } from "../oci-registry/foreign-push.ts";
import { serveFolder } from "./serve-folder.ts";
import { clientAt, serves, setUpStandalone, until, untilRefused } from "./standalone-agent.ts";

const PLAIN = { runSpec: { ...QUICK_RUN, command: process.execPath, arguments: ["{artifact}"], installAs: "web.mjs" } };
const UNSIGNED = { trust: { unsigned: true }, plain: PLAIN };
const nameOf = (bytes: Buffer): string => `0.0.0+sha256.${hash("sha256", bytes).slice(0, 12)}`;

/** A host, and a file that is replaced whole, as people do. */
async function setUpFile() {
  const host = await setUpStandalone();
  const path = join(host.shelf, "web");
  const put = async (bytes: Buffer): Promise<void> => {
    await writeFile(`${path}.new`, bytes);
    await rename(`${path}.new`, path);
  };
  return { ...host, path, put };
}

describe("a project that publishes a program and nothing else", () => {
  it("is followed on a disk by the file's digest, and taken back when it is bad", async () => {
    const { agent, port, path, put, run } = await setUpFile();
    const [first, bad, second] = [serviceArtifact("one"), serviceArtifact("bad", { crash: 3 }), serviceArtifact("two")];
    await put(first);
    await run({ ...UNSIGNED, source: { kind: "file", path } });
    await serves(port, "one");
    const client = await clientAt(port);
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    expect(await client.state()).toMatchObject({ current: { version: nameOf(first) } });
    await put(bad);
    await until(async () => (await client.history()).find((one) => one.outcome === "reverted"));
    await serves(port, "one");
    // It lies there still, and is not tried again, over a restart of the agent either.
    await agent.end("SIGTERM");
    await run({ ...UNSIGNED, source: { kind: "file", path } });
    await serves(port, "one");
    await until(async () => ((await client.state()).hold?.includes("took") === true ? true : undefined));
    await put(second);
    await serves(port, "two");
    expect(await agent.log()).toContain("UNSIGNED: org.example.web is a plain file");
  });

  it("is followed on the web by ETag, brought here once, and checked against its list of checksums", async () => {
    const { agent, port, shelf, put, run } = await setUpFile();
    const [first, second] = [serviceArtifact("one"), serviceArtifact("two")];
    await put(first);
    const { url, asked } = await serveFolder(shelf);
    const source = { kind: "http", url: `${url}/web` };
    await run({ ...UNSIGNED, source });
    await serves(port, "one");
    await until(async () => asked.find((one) => one.path === "/web" && one.status === 304));
    await agent.end("SIGTERM");
    const before = asked.length;
    await run({ ...UNSIGNED, source });
    await serves(port, "one");
    await until(async () => asked.slice(before).find((one) => one.status === 304));
    // After the start it was looked at, and not fetched: one answer, cut after its head.
    expect(asked.slice(before).filter((one) => one.path === "/web" && one.status === 200)).toHaveLength(1);
    await writeFile(join(shelf, "SHA256SUMS"), `${"0".repeat(64)}  web\n`);
    await put(second);
    await untilRefused(port, "does not have the checksum that SHA256SUMS has for it");
    expect(await versionAt(port)).toBe("one");
    await writeFile(join(shelf, "SHA256SUMS"), `${hash("sha256", second)} *web\n`);
    await serves(port, "two");
  });

  it("is followed on GitHub by its tags, the asset chosen by its name for this host", async () => {
    const { github } = await githubWorld();
    const { port, run } = await setUpFile();
    const publish = (tag: string, names: readonly string[]) => {
      const release = github.state.addRelease({ tag });
      for (const name of names) github.state.addAsset(release, name, name.includes("linux") ? serviceArtifact(tag) : "not for this host");
      return release;
    };
    publish("v1.0.0", ["web_1.0.0_linux_amd64", "web_1.0.0_linux_arm64", "web_1.0.0_darwin_arm64", "web_1.0.0_linux_amd64.sha256"]);
    const source = { kind: "github", repository: "acme/web-releases", apiUrl: github.origins.api };
    await run({ ...UNSIGNED, source });
    await serves(port, "v1.0.0");
    const client = await clientAt(port);
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    expect(await client.state()).toMatchObject({ current: { version: "1.0.0" } });
    publish("v1.1.0", ["web-linux-amd64", "cli-linux-amd64"]);
    await untilRefused(port, "v1.1.0 of acme/web-releases has several files that may be the program (web-linux-amd64, cli-linux-amd64)");
    const listed = publish("v1.2.0", ["web-linux-amd64"]);
    github.state.addAsset(listed, "SHA256SUMS", `${"0".repeat(64)}  web-linux-amd64\n`);
    await untilRefused(port, "does not have the checksum");
    expect(await versionAt(port)).toBe("v1.0.0");
    publish("v1.3.0", ["web-linux-amd64"]);
    await serves(port, "v1.3.0");
  });

  it.skipIf(noDockerRegistry !== undefined)("is followed in a registry by its tags, the platform from an index", async () => {
    const registry = await dockerRegistry();
    const { port, run } = await setUpFile();
    const push = new ForeignPush(registry.url, "team/web");
    const mediaType = "application/vnd.oci.image.index.v1+json";
    const entry = async (architecture: string, text: string) => ({
      ...(await push.orasFile(undefined, "web", Buffer.from(text))),
      platform: { os: "linux", architecture },
    });
    await push.orasFile("v1.9.0", "bin/web", serviceArtifact("1.9.0"));
    await push.manifest("1.10.0", {
      mediaType,
      manifests: [await entry("arm64", "not for this host"), await entry("amd64", serviceArtifact("1.10.0").toString())],
    });
    const source = { kind: "oci", registry: registry.url, repository: "team/web" };
    await run({ ...UNSIGNED, source });
    await serves(port, "1.10.0");
    await push.manifest("1.11.0", { mediaType, manifests: [await entry("arm64", "another")] });
    await untilRefused(port, "1.11.0 has nothing for linux/amd64");
    expect(await versionAt(port)).toBe("1.10.0");
    await push.orasFile("1.12.0", "web", serviceArtifact("1.12.0"));
    await serves(port, "1.12.0");
  });

  it("is never run by a host that asks for signatures", async () => {
    const { agent, path, put, run } = await setUpFile();
    await put(serviceArtifact("one"));
    await run({ source: { kind: "file", path }, plain: PLAIN });
    expect(await agent.exited()).toBe(2);
    expect(agent.output).toContain("a plain file carries no signature that a host could check");
  });

  it("becomes another release when it is to be run in another way", async () => {
    const { agent, port, path, put, run } = await setUpFile();
    await put(serviceArtifact("one"));
    await run({ ...UNSIGNED, source: { kind: "file", path } });
    await serves(port, "one");
    const client = await clientAt(port);
    await until(async () => ((await client.state()).phase === "healthy" ? true : undefined));
    await agent.end("SIGTERM");
    const runSpec = { ...PLAIN.runSpec, environment: { GREETING: "hello" } };
    await run({ ...UNSIGNED, plain: { runSpec }, source: { kind: "file", path } });
    const greeting = async (): Promise<string | undefined> => {
      const environment: Record<string, string> = await (await fetch(`http://127.0.0.1:${port}/environment`)).json();
      return environment["GREETING"];
    };
    expect(await until(greeting)).toBe("hello");
    await until(async () => ((await client.history())[0]?.outcome === "healthy" ? true : undefined));
  });
});
