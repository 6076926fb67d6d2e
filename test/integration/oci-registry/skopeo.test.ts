import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { writeBlobLayout } from "#test/bench/oci-layout.ts";
import { dockerRegistry, noDockerRegistry, REGISTRY_ACCOUNT } from "#test/fakes/docker-registry.ts";
import { TestPublication } from "./a-publication.ts";
import { openStore, publish, readAll, unstopped } from "./open-store.ts";

const SKOPEO = "/usr/bin/skopeo";
const missing = noDockerRegistry ?? (existsSync(SKOPEO) ? undefined : `${SKOPEO} is not installed`);
if (missing !== undefined) console.log(`skipped: ${missing}`);

const PRODUCT = "org.example.demo";
const skopeo = async (...args: readonly string[]) => (await promisify(execFile)(SKOPEO, ["--insecure-policy", ...args])).stdout;

describe.skipIf(missing !== undefined)("skopeo, which knows nothing of us", () => {
  it("reads by name what we published, and copies all of it, byte for byte", async () => {
    const registry = await dockerRegistry({ auth: "basic" });
    const publication = new TestPublication({ channels: ["stable"] });
    await publish(openStore(registry.url, { secret: REGISTRY_ACCOUNT }), publication);
    const account = `${REGISTRY_ACCOUNT.username}:${REGISTRY_ACCOUNT.password}`;
    const name = `docker://${registry.host}/${PRODUCT}`;
    const raw = await skopeo("inspect", "--raw", "--tls-verify=false", "--creds", account, `${name}:stable`);
    expect(raw).toBe(Buffer.from(publication.content.oci.index.bytes).toString("utf8"));
    const tags = JSON.parse(await skopeo("list-tags", "--tls-verify=false", "--creds", account, name)) as { Tags: string[] };
    expect(tags.Tags).toEqual(expect.arrayContaining(["1.0.0", "stable"]));
    const folder = await tempFolder();
    await skopeo("copy", "--all", "--src-tls-verify=false", "--src-creds", account, `${name}:1.0.0`, `oci:${folder}:x`);
    for (const [sha256, bytes] of publication.files) {
      expect((await readFile(join(folder, "blobs/sha256", sha256))).equals(bytes)).toBe(true);
    }
  });

  it("copies our release to another registry, where we find it as ours", async () => {
    const [from, to] = [await dockerRegistry(), await dockerRegistry()];
    const publication = new TestPublication();
    await publish(openStore(from.url), publication);
    // Without --preserve-digests: this skopeo rewrites every index, and drops what OCI 1.1 added to it.
    const options = ["--all", "--src-tls-verify=false", "--dest-tls-verify=false"];
    await skopeo("copy", ...options, `docker://${from.host}/${PRODUCT}:1.0.0`, `docker://${to.host}/${PRODUCT}:1.0.0`);
    const found = await openStore(to.url).inspect(PRODUCT, "1.0.0", unstopped);
    const { artifacts } = publication.content.manifest;
    expect(found.isOurs).toBe(true);
    expect(found.files.map(({ name, sha256, platform }) => [name, sha256, platform])).toEqual(
      artifacts.map((one) => [one.fileName, one.digests.sha256, one.platform]),
    );
  });

  it("pushes what we adopt", async () => {
    const registry = await dockerRegistry();
    const { layout, sha256, blob } = await writeBlobLayout(await tempFolder(), 2 ** 20);
    await skopeo(
      "copy",
      "--preserve-digests",
      "--dest-tls-verify=false",
      `oci:${layout}:bench`,
      `docker://${registry.host}/${PRODUCT}:v2.1.0`,
    );
    const store = openStore(registry.url);
    const { files, version } = await store.inspect(PRODUCT, "v2.1.0", unstopped);
    expect([version, files]).toMatchObject(["2.1.0", [{ name: `${PRODUCT}-v2.1.0`, sha256, sizeBytes: 2 ** 20 }]]);
    expect((await readAll(await store.open(files[0]!.location, undefined, unstopped))).equals(await readFile(blob))).toBe(true);
  });

  it("does not keep us from publishing beside its images", async () => {
    const registry = await dockerRegistry();
    const { layout } = await writeBlobLayout(await tempFolder(), 2 ** 20);
    await skopeo(
      "copy",
      "--preserve-digests",
      "--dest-tls-verify=false",
      `oci:${layout}:bench`,
      `docker://${registry.host}/${PRODUCT}:1.0.0`,
    );
    const publication = new TestPublication({ files: [{ platform: "any", fileName: "x", bytes: randomBytes(10) }] });
    await expect(publish(openStore(registry.url), publication)).rejects.toMatchObject({ code: "STORE_CONFLICT" });
    await publish(openStore(registry.url), new TestPublication({ version: "1.0.1" }));
  });
});
