import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { dockerRegistry, noDockerRegistry } from "#test/fakes/docker-registry.ts";
import { strictRegistry } from "#test/fakes/oci-registry/strict-registry.ts";
import { openOciStore } from "#main/adapters/oci-registry/oci-store.ts";
import { TestPublication, twoFiles } from "./a-publication.ts";
import { openStore, publish, unstopped } from "./open-store.ts";

const PRODUCT = "org.example.demo";

describe("withdrawing a release", () => {
  it("takes the version's tag away where the registry removes tags", async () => {
    const registry = await strictRegistry();
    const store = openStore(registry.url);
    await publish(store, new TestPublication({ version: "1.0.0" }));
    await publish(store, new TestPublication({ version: "1.1.0" }));
    expect(await store.withdraw(PRODUCT, "1.0.0", unstopped)).toEqual({ left: undefined });
    expect((await store.discover(PRODUCT, unstopped)).map(({ reference }) => reference)).toEqual(["1.1.0"]);
    expect(await store.withdraw(PRODUCT, "1.0.0", unstopped)).toEqual({ left: undefined });
  });

  it("leaves what is no release of ours, and says so", async () => {
    const registry = await strictRegistry();
    const store = openStore(registry.url);
    await publish(store, new TestPublication());
    const bytes = Buffer.from('{"schemaVersion":2,"manifests":[]}');
    registry.content.putManifest(PRODUCT, "2.0.0", { bytes, mediaType: "application/vnd.oci.image.index.v1+json" });
    expect((await store.withdraw(PRODUCT, "2.0.0", unstopped)).left).toContain("no release of Rollcall");
    expect(registry.content.tags.get(PRODUCT)?.has("2.0.0")).toBe(true);
  });

  it.skipIf(noDockerRegistry !== undefined)("removes what the tag points at where only that can be removed", async () => {
    const store = openStore((await dockerRegistry()).url);
    await publish(store, new TestPublication({ version: "1.0.0" }));
    await publish(store, new TestPublication({ version: "1.1.0" }));
    expect(await store.withdraw(PRODUCT, "1.0.0", unstopped)).toEqual({ left: undefined });
    expect((await store.discover(PRODUCT, unstopped)).map(({ reference }) => reference)).toContain("1.1.0");
    await expect(store.inspect(PRODUCT, "1.0.0", unstopped)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  });

  it.skipIf(noDockerRegistry !== undefined)("says what is left where nothing can be removed", async () => {
    const store = openStore((await dockerRegistry({ deletes: false })).url);
    await publish(store, new TestPublication());
    expect((await store.withdraw(PRODUCT, "1.0.0", unstopped)).left).toContain(`${PRODUCT}:1.0.0 is still there`);
    const { files, manifest } = await store.inspect(PRODUCT, "1.0.0", unstopped);
    expect(files).toHaveLength(2);
    expect(manifest).toMatchObject({ productId: PRODUCT, version: "1.0.0" });
  });
});

describe("a file that another application of the registry has", () => {
  const files = [{ platform: "linux/amd64", fileName: "shared", bytes: randomBytes(100_000) }];

  it("is mounted from there instead of being sent again", async () => {
    const registry = await strictRegistry();
    const store = openStore(registry.url);
    await publish(store, new TestPublication({ productId: "org.example.one", files }));
    const sent = registry.requests.length;
    await publish(store, new TestPublication({ productId: "org.example.two", files }));
    const mounts = registry.requests.slice(sent).filter(({ query }) => query.get("from") === "org.example.one");
    expect(mounts.map(({ query }) => query.get("mount"))).toEqual([expect.stringContaining("sha256:")]);
    const puts = registry.requests.slice(sent).filter(({ method, path }) => method === "PUT" && path.includes("/blobs/"));
    expect(puts.every(({ headers }) => Number(headers["content-length"]) < 10_000)).toBe(true);
  });

  it("is sent where mounts are refused", async () => {
    const registry = await strictRegistry({ mounts: false });
    const store = openStore(registry.url);
    await publish(store, new TestPublication({ productId: "org.example.one", files }));
    await publish(store, new TestPublication({ productId: "org.example.two", files }));
    expect((await store.inspect("org.example.two", "1.0.0", unstopped)).files).toHaveLength(1);
  });

  it.skipIf(noDockerRegistry !== undefined)("is mounted by docker-registry", async () => {
    const store = openStore((await dockerRegistry()).url);
    await publish(store, new TestPublication({ productId: "org.example.one", files }));
    let openings = 0;
    const two = new TestPublication({ productId: "org.example.two", files });
    const step = store.plan(two.content).find(({ phase }) => phase === "upload")!;
    const context = two.context();
    await store.run(step, two.content, { ...context, open: (...args) => ((openings += 1), context.open(...args)) });
    expect(openings).toBe(0);
  });
});

describe("a short-lived address of a file", () => {
  it("is where the registry sends whoever asks, and works without credentials", async () => {
    const registry = await strictRegistry({ redirectsBlobs: true });
    const store = openStore(registry.url);
    const publication = new TestPublication();
    const [location] = await publish(store, publication);
    const short = await store.shortLivedUrl(location!, unstopped);
    expect(short?.expiresAt).toBeGreaterThan(Date.now() + 500_000);
    const bytes = Buffer.from(await (await fetch(short!.url)).arrayBuffer());
    expect([...publication.files.values()].some((file) => file.equals(bytes))).toBe(true);
  });

  it("is not there where the registry serves files itself", async () => {
    const registry = await strictRegistry();
    const store = openStore(registry.url);
    const [location] = await publish(store, new TestPublication());
    expect(await store.shortLivedUrl(location!, unstopped)).toBeUndefined();
  });
});

describe("signatures of one release, attached at the same time by two who know nothing of each other", () => {
  it.each([
    ["by hand", { referrers: false }],
    ["by itself", { referrers: true }],
  ])("are all kept where the registry's list is kept %s", async (_how, options) => {
    const registry = await strictRegistry(options);
    const files = twoFiles();
    const publications = Array.from({ length: 4 }, () => new TestPublication({ files }));
    const [first, ...others] = publications;
    const { content } = first!;
    const store = openStore(registry.url);
    const step = (id: string) => store.plan(content).find((one) => one.id === id)!;
    for (const id of store.plan(content).flatMap((one) => (one.needsSignature ? [] : [one.id])))
      await store.run(step(id), content, first!.context());
    const signed = [first!, ...others].map((_, index) => first!.signedBy(String(index)));
    await Promise.all(signed.map((one) => openStore(registry.url).run(step("referrers"), one, first!.context())));
    for (const one of signed) await store.run(step("finish"), one, first!.context());
    expect((await store.inspect(PRODUCT, "1.0.0", unstopped)).bundles).toHaveLength(4);
  });
});

describe("the address of a registry", () => {
  const open = (registry: string, allowHttp = false) =>
    openOciStore(
      { kind: "oci", registry, allowHttp, repositoryPrefix: "", credentials: "anonymous", hostAccess: "proxy" },
      () => Promise.resolve(undefined),
      { clock: { now: () => 0 }, dockerFolder: "/nonexistent" },
    );

  it("is not plain HTTP to another machine unless somebody allowed it", () => {
    expect(() => open("http://registry.example")).toThrow(/plain HTTP/);
    expect(() => open("http://127.0.0.1.example")).toThrow(/plain HTTP/);
    expect(() => open("http://registry.example", true)).not.toThrow();
    expect(() => open("http://localhost:5000")).not.toThrow();
  });

  it("holds no name and password", () => {
    expect(() => open("https://user:secret@registry.example")).toThrow(/user name or password/);
  });

  it("is named when nobody listens there", async () => {
    const registry = await strictRegistry();
    const { url } = registry;
    await registry.close();
    await expect(openStore(url).probe(PRODUCT, unstopped)).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
  });
});
