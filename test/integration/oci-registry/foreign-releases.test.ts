import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { dockerRegistry, noDockerRegistry } from "#test/fakes/docker-registry.ts";
import { strictRegistry } from "#test/fakes/oci-registry/strict-registry.ts";
import { ForeignPush } from "./foreign-push.ts";
import { openStore, readAll, unstopped } from "./open-store.ts";

const PRODUCT = "org.example.app";
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** What others push is read alike from a registry that lists tags as they lie on disk and from one that pages them. */
const REGISTRIES = [
  ["docker-registry", noDockerRegistry, async () => (await dockerRegistry()).url],
  ["a strict registry", undefined, async () => (await strictRegistry({ pageSize: 2 })).url],
] as const;

describe.each(REGISTRIES)("releases that others pushed to %s", (_name, missing, start) => {
  const setUp = async () => {
    const url = await start();
    return { store: openStore(url), push: new ForeignPush(url, PRODUCT) };
  };

  it.skipIf(missing)("are sorted by version whatever order the registry lists, with or without `v`; other tags come last", async () => {
    const { store, push } = await setUp();
    for (const tag of ["1.9.0", "v1.10.0", "latest", "1.2.0-rc.1", "1.2.0", "nightly-2026"])
      await push.orasFile(tag, "app", randomBytes(100));
    const found = await store.discover(PRODUCT, unstopped);
    expect(found.map(({ reference, version }) => [reference, version])).toEqual([
      ["v1.10.0", "1.10.0"],
      ["1.9.0", "1.9.0"],
      ["1.2.0", "1.2.0"],
      ["1.2.0-rc.1", "1.2.0-rc.1"],
      ["latest", undefined],
      ["nightly-2026", undefined],
    ]);
    expect(found.every(({ isOurs, createdAt }) => !isOurs && createdAt === Date.parse("2026-03-04T05:06:07Z"))).toBe(true);
  });

  it.skipIf(missing)("are one file in knockknock's layout", async () => {
    const { store, push } = await setUp();
    const bytes = randomBytes(5000);
    await push.orasFile("v1.4.2", "bin/../app", bytes);
    const { files, version, subjectSha256, bundles } = await store.inspect(PRODUCT, "v1.4.2", unstopped);
    expect(files).toMatchObject([{ name: "app", sizeBytes: 5000, platform: undefined }]);
    expect([version, bundles, subjectSha256?.length]).toEqual(["1.4.2", [], 64]);
    expect((await readAll(await store.open(files[0]!.location, undefined, unstopped))).equals(bytes)).toBe(true);
  });

  it.skipIf(missing)("are a file per platform when they are an index, attestations left out", async () => {
    const { store, push } = await setUp();
    const platforms = [
      { os: "linux", architecture: "amd64" },
      { os: "linux", architecture: "arm64", variant: "v8" },
      { os: "windows", architecture: "amd64" },
      { os: "unknown", architecture: "unknown" },
    ];
    const manifests = [];
    for (const platform of platforms) {
      manifests.push({ ...(await push.orasFile(undefined, `app-${platform.architecture}`, randomBytes(64))), platform });
    }
    await push.manifest("2.0.0", { mediaType: OCI_INDEX, manifests });
    const { files } = await store.inspect(PRODUCT, "2.0.0", unstopped);
    expect(files.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64", "windows/amd64"]);
  });

  it.skipIf(missing)("may be docker's older documents, whose image layers are no files", async () => {
    const { store, push } = await setUp();
    const config = await push.blob(Buffer.from('{"os":"linux","architecture":"amd64"}'), "application/vnd.docker.container.image.v1+json");
    const layer = await push.blob(randomBytes(50), "application/vnd.docker.image.rootfs.diff.tar.gzip");
    const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
    const image = await push.manifest(undefined, { mediaType, config, layers: [layer] });
    const list = "application/vnd.docker.distribution.manifest.list.v2+json";
    await push.manifest("3.0.0", { mediaType: list, manifests: [{ ...image, platform: { os: "linux", architecture: "amd64" } }] });
    expect((await store.inspect(PRODUCT, "3.0.0", unstopped)).files).toEqual([]);
  });

  it.skipIf(missing)("say their platform in an image configuration too", async () => {
    const { store, push } = await setUp();
    const config = await push.blob(Buffer.from('{"os":"linux","architecture":"riscv64"}'), "application/vnd.oci.image.config.v1+json");
    const layer = {
      ...(await push.blob(randomBytes(50), "application/octet-stream")),
      annotations: { "org.opencontainers.image.title": "app" },
    };
    await push.manifest("1.0.0", { mediaType: OCI_MANIFEST, config, layers: [layer] });
    expect((await store.inspect(PRODUCT, "1.0.0", unstopped)).files).toMatchObject([{ name: "app", platform: "linux/riscv64" }]);
  });

  it.skipIf(missing)("come with the Sigstore bundles that are attached to them, and without what only claims to be one", async () => {
    const { store, push } = await setUp();
    const subject = await push.orasFile("1.0.0", "app", randomBytes(64));
    const config = await push.blob(Buffer.from("{}"));
    const type = "application/vnd.dev.sigstore.bundle.v0.3+json";
    const attach = async (text: string, artifactType: string, layerType: string) => ({
      ...(await push.manifest(undefined, {
        mediaType: OCI_MANIFEST,
        artifactType,
        config,
        layers: [await push.blob(Buffer.from(text), layerType)],
        subject,
      })),
      artifactType,
    });
    const manifests = [
      await attach('{"a bundle":1}', type, type),
      await attach('{"an sbom":1}', "application/spdx+json", "application/spdx+json"),
      await attach('{"no bundle":1}', type, "text/plain"),
    ];
    await push.manifest(subject.digest.replace(":", "-"), { mediaType: OCI_INDEX, manifests });
    const { bundles } = await store.inspect(PRODUCT, "1.0.0", unstopped);
    expect(bundles.map((bundle) => Buffer.from(bundle).toString("utf8"))).toEqual(['{"a bundle":1}']);
    expect((await store.discover(PRODUCT, unstopped)).map(({ reference }) => reference)).toEqual(["1.0.0"]);
  });
});
