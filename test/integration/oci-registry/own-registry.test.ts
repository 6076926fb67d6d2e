import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { registryMount } from "#main/server/http/registry-mount.ts";
import { httpServer } from "#test/builders/http-server.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { PRODUCT, ReleaseFixture } from "../release/release-fixture.ts";
import { openStore, readAll, unstopped } from "./open-store.ts";

const SKOPEO = "/usr/bin/skopeo";
const SCRIPT = "#!/bin/sh\necho 1.0.0\n";

/** A control plane's own registry, read-only, with what was published to its local store. */
async function own(...versions: readonly string[]) {
  const fixture = await ReleaseFixture.open();
  for (const version of versions) {
    const { id } = await fixture.draft(version, SCRIPT.replace("1.0.0", version));
    await fixture.client.releases.publish({ releaseId: id });
  }
  const authorise = () => Promise.resolve("allowed" as const);
  const { registry, remoteArtifacts: remote } = fixture.plane;
  const pace = (_request: unknown, bytes: AsyncIterable<Uint8Array>) => Promise.resolve(bytes);
  const mount = registryMount({ registry, remote, authorise, pace, logger: quietLogger() });
  return httpServer((request, response) => void mount(request, response));
}

describe("the local store's own registry, asked as any other", () => {
  it("shows its releases, newest first, as ours", async () => {
    const store = openStore(await own("1.9.0", "1.10.0"));
    const found = await store.discover(PRODUCT, unstopped);
    expect(found.map(({ reference, isOurs }) => [reference, isOurs])).toEqual([
      ["1.10.0", true],
      ["1.9.0", true],
    ]);
  });

  it("gives their files, whole and in part", async () => {
    const store = openStore(await own("1.0.0"));
    const { files, isOurs } = await store.inspect(PRODUCT, "1.0.0", unstopped);
    expect([files.length, isOurs]).toEqual([1, true]);
    expect((await readAll(await store.open(files[0]!.location, undefined, unstopped))).toString()).toBe(SCRIPT);
    expect((await readAll(await store.open(files[0]!.location, { first: 2, last: 8 }, unstopped))).toString()).toBe(SCRIPT.slice(2, 9));
  });

  it("says that nobody can push to it", async () => {
    expect(await openStore(await own("1.0.0")).probe(PRODUCT, unstopped)).toEqual({
      canWrite: false,
      notes: ["This registry is read-only."],
    });
  });

  it.skipIf(!existsSync(SKOPEO))("is read by skopeo", async () => {
    const { host } = new URL(await own("1.0.0"));
    const name = `docker://${host}/${PRODUCT}:1.0.0`;
    const { stdout } = await promisify(execFile)(SKOPEO, ["inspect", "--raw", "--tls-verify=false", name]);
    expect(JSON.parse(stdout)).toMatchObject({ mediaType: "application/vnd.oci.image.index.v1+json" });
  });
});
