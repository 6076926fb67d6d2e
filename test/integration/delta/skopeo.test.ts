import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { dockerRegistry, noDockerRegistry } from "#test/fakes/docker-registry.ts";
import { PublicationFixture } from "../publication/publication-fixture.ts";
import { PRODUCT } from "../release/release-fixture.ts";
import { nextBuild, plainFile } from "./delta-fixture.ts";

const SKOPEO = "/usr/bin/skopeo";
const missing = noDockerRegistry ?? (existsSync(SKOPEO) ? undefined : `${SKOPEO} is not installed`);
if (missing !== undefined) console.log(`skipped: ${missing}`);
const skopeo = (...args: readonly string[]) => promisify(execFile)(SKOPEO, ["--insecure-policy", ...args]);

it.skipIf(missing !== undefined)("skopeo copies a release with its deltas, from where it is adopted with them", async () => {
  const [from, to] = [await dockerRegistry(), await dockerRegistry()];
  const fixture = await PublicationFixture.open();
  const store = await fixture.addStore({ name: "registry", settings: { kind: "oci", registry: from.url } });
  const first = plainFile();
  const publish = async (version: string, bytes: Buffer) => {
    const draft = await fixture.draft(version, { web: bytes });
    await fixture.client.releases.publish({ releaseId: draft.id, storeIds: [store.id] });
    return fixture.published(draft.id);
  };
  await publish("1.0.0", first);
  const [artifact] = (await publish("1.1.0", nextBuild(first, "second"))).artifacts;
  const delta = artifact?.deltas?.[0];
  const folder = await tempFolder();
  await skopeo("copy", "--src-tls-verify=false", `docker://${from.host}/${PRODUCT}:1.1.0`, `oci:${folder}/one:x`);
  // One platform alone: the file and no delta.
  await expect(access(join(folder, "one/blobs/sha256", artifact?.digests.sha256 ?? ""))).resolves.toBeUndefined();
  expect(await readdir(join(folder, "one/blobs/sha256"))).not.toContain(delta?.sha256);
  const options = ["--all", "--src-tls-verify=false", "--dest-tls-verify=false"];
  await skopeo("copy", ...options, `docker://${from.host}/${PRODUCT}:1.1.0`, `docker://${to.host}/${PRODUCT}:1.1.0`);
  const elsewhere = await PublicationFixture.open();
  const there = await elsewhere.addStore({ name: "registry", settings: { kind: "oci", registry: to.url } });
  const { applicationId } = elsewhere.releases;
  const at = { storeId: there.id, applicationId, reference: "1.1.0" };
  expect((await elsewhere.client.stores.inspect(at)).files.map((one) => one.name)).toEqual(["web"]);
  const draft = await elsewhere.adopt({
    storeId: there.id,
    reference: "1.1.0",
    version: "1.1.0",
    files: [{ name: "web", platform: "linux/amd64" }],
  });
  const published = await elsewhere.client.releases.publish({ releaseId: draft.id });
  expect(published.artifacts[0]?.deltas).toEqual([delta]);
});
