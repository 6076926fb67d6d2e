import { describe, expect, it } from "vitest";
import type { AccessVerdict } from "#main/server/http/access-verdict.ts";
import { registryMount, type RegistryWish } from "#main/server/http/registry-mount.ts";
import { httpServer } from "#test/builders/http-server.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { PRODUCT, ReleaseFixture } from "../../release/release-fixture.ts";

const SCRIPT = "#!/bin/sh\necho 1.0.0\n";

/** A registry with one published release, and what it was asked about. */
async function open(verdict: (wish: RegistryWish) => AccessVerdict = () => "allowed") {
  const fixture = await ReleaseFixture.open();
  const { id } = await fixture.draft("1.0.0", SCRIPT);
  const release = await fixture.client.releases.publish({ releaseId: id });
  const wishes: RegistryWish[] = [];
  const pace = (_request: unknown, bytes: AsyncIterable<Uint8Array>) => Promise.resolve(bytes);
  const authorise = (_request: unknown, wish: RegistryWish) => {
    wishes.push(wish);
    return Promise.resolve(verdict(wish));
  };
  const mount = registryMount({
    registry: fixture.plane.registry,
    remote: fixture.plane.remoteArtifacts,
    authorise,
    pace,
    logger: quietLogger(),
  });
  const origin = await httpServer((request, response) => void mount(request, response));
  const sha256 = release.artifacts[0]?.digests.sha256 ?? "";
  const get = (path: string, headers: Record<string, string> = {}, method = "GET") => fetch(`${origin}/v2/${path}`, { method, headers });
  return { fixture, get, wishes, sha256, blob: `${PRODUCT}/blobs/sha256:${sha256}` };
}

describe("the registry at /v2/", () => {
  it("is walked by an OCI client from the tag to the bytes", async () => {
    const { get, sha256 } = await open();
    expect((await get("")).status).toBe(200);
    expect(await (await get(`${PRODUCT}/tags/list`)).json()).toEqual({ name: PRODUCT, tags: ["1.0.0"] });
    const index = await get(`${PRODUCT}/manifests/1.0.0`);
    expect(index.headers.get("content-type")).toBe("application/vnd.oci.image.index.v1+json");
    const { manifests } = (await index.json()) as { manifests: { digest: string }[] };
    const manifest = await get(`${PRODUCT}/manifests/${manifests[0]?.digest}`);
    expect(manifest.headers.get("docker-content-digest")).toBe(manifests[0]?.digest);
    const { layers } = (await manifest.json()) as { layers: { digest: string }[] };
    expect(layers[0]?.digest).toBe(`sha256:${sha256}`);
    expect(await (await get(`${PRODUCT}/blobs/${layers[0]?.digest}`)).text()).toBe(SCRIPT);
  });

  it("lists what is attached to a release, whose Sigstore bundle can be fetched, and nothing for anything else", async () => {
    const { get, sha256 } = await open();
    const digest = (await get(`${PRODUCT}/manifests/1.0.0`)).headers.get("docker-content-digest");
    const answer = await get(`${PRODUCT}/referrers/${digest}`);
    expect(answer.headers.get("content-type")).toBe("application/vnd.oci.image.index.v1+json");
    const { manifests } = (await answer.json()) as { manifests: { digest: string; artifactType: string }[] };
    expect(manifests.map((one) => one.artifactType)).toEqual(["application/vnd.dev.sigstore.bundle.v0.3+json"]);
    const referrer = (await (await get(`${PRODUCT}/manifests/${manifests[0]?.digest}`)).json()) as {
      subject: { digest: string };
      layers: { digest: string }[];
    };
    expect(referrer.subject.digest).toBe(digest);
    expect(await (await get(`${PRODUCT}/blobs/${referrer.layers[0]?.digest}`)).json()).toMatchObject({ dsseEnvelope: {} });
    const none = await get(`${PRODUCT}/referrers/sha256:${sha256}`);
    expect([none.status, await none.json()]).toEqual([200, expect.objectContaining({ manifests: [] })]);
  });

  it("answers HEAD with the headers alone", async () => {
    const { get, blob } = await open();
    const answer = await get(blob, {}, "HEAD");
    expect(answer.headers.get("content-length")).toBe(String(SCRIPT.length));
    expect(await answer.text()).toBe("");
  });

  it("serves ranges, so that a download goes on where it stopped", async () => {
    const { get, blob } = await open();
    const part = await get(blob, { range: "bytes=2-8" });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([
      206,
      `bytes 2-8/${SCRIPT.length}`,
      SCRIPT.slice(2, 9),
    ]);
    const beyond = await get(blob, { range: `bytes=${SCRIPT.length}-` });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${SCRIPT.length}`]);
  });

  it("honours If-None-Match and If-Range", async () => {
    const { get, blob } = await open();
    const etag = (await get(blob)).headers.get("etag") ?? "";
    expect((await get(blob, { "if-none-match": `"other", W/${etag}` })).status).toBe(304);
    expect((await get(blob, { range: "bytes=0-0", "if-range": etag })).status).toBe(206);
    expect((await get(blob, { range: "bytes=0-0", "if-range": '"another"' })).status).toBe(200);
  });

  it("asks who may have which digest, and tells strangers nothing", async () => {
    const { get, wishes, blob, sha256 } = await open(() => "unauthenticated");
    const answer = await get(blob);
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="rollcall"']);
    expect(await answer.json()).toMatchObject({ errors: [{ code: "UNAUTHORIZED" }] });
    expect((await get(`${PRODUCT}/blobs/sha256:${"0".repeat(64)}`)).status).toBe(401);
    expect(wishes[0]).toEqual({ productId: PRODUCT, digest: sha256 });
    const denied = await open(({ digest }) => (digest === undefined ? "allowed" : "denied"));
    expect((await denied.get(denied.blob)).status).toBe(403);
    expect((await denied.get(`${PRODUCT}/tags/list`)).status).toBe(200);
  });

  it("gives a repository's own digests only", async () => {
    const { get, fixture, sha256 } = await open();
    const other = await fixture.client.applications.create({ productId: "org.example.other", name: "Other" });
    const { id } = await fixture.upload("#!/bin/sh\nother");
    const draft = await fixture.client.releases.create({
      applicationId: other.id,
      version: "1.0.0",
      runSpec: {},
      artifacts: [{ uploadId: id, platform: "any" }],
    });
    const secret = draft.artifacts[0]?.digests.sha256 ?? "";
    expect((await get(`${PRODUCT}/blobs/sha256:${secret}`)).status).toBe(404);
    expect((await get(`org.example.other/blobs/sha256:${secret}`)).status).toBe(404);
    await fixture.client.releases.publish({ releaseId: draft.id });
    expect((await get(`org.example.other/blobs/sha256:${secret}`)).status).toBe(200);
    expect((await get(`org.example.other/blobs/sha256:${sha256}`)).status).toBe(404);
  });

  it("pages its tags", async () => {
    const { get, fixture } = await open();
    for (const version of ["1.1.0", "1.2.0"]) await fixture.published(version);
    const first = await get(`${PRODUCT}/tags/list?n=2`);
    expect(first.headers.get("link")).toBe(`</v2/${PRODUCT}/tags/list?n=2&last=1.1.0>; rel="next"`);
    expect(await (await get(`${PRODUCT}/tags/list?n=2&last=1.1.0`)).json()).toEqual({ name: PRODUCT, tags: ["1.2.0"] });
  });

  it.each([
    [`${PRODUCT}/manifests/9.9.9`, "MANIFEST_UNKNOWN"],
    [`${PRODUCT}/blobs/sha256:${"0".repeat(64)}`, "BLOB_UNKNOWN"],
    ["org.example.nothing/tags/list", "NAME_UNKNOWN"],
    [`${PRODUCT}/blobs/..%2f..%2findex.json`, "NAME_UNKNOWN"],
    ["%zz", "NAME_UNKNOWN"],
  ])("answers 404 at %s", async (path, code) => {
    const { get } = await open();
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ errors: [{ code }] });
  });

  it("is read-only", async () => {
    const { get, blob } = await open();
    for (const method of ["PUT", "POST", "PATCH", "DELETE"]) expect((await get(blob, {}, method)).status).toBe(405);
  });
});
