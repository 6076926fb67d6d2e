import { describe, expect, it } from "vitest";
import type { ReleaseStore } from "#main/control-plane/ports/release-store.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import { TestPublication, twoFiles } from "./a-publication.ts";
import { openStore, publish, readAll, unstopped, type TestStoreOptions } from "./open-store.ts";

/** A registry of the running test, and how to get into it. */
export type RegistryUnderTest = { readonly url: string; readonly options?: TestStoreOptions };

const PRODUCT = "org.example.demo";

/** What the adapter promises of every registry, whatever it can beyond the basics. Each test starts a registry of its own. */
export function storeConformance(start: () => Promise<RegistryUnderTest>): void {
  const open = async (): Promise<ReleaseStore> => {
    const { url, options } = await start();
    return openStore(url, options);
  };

  describe("a release in a registry", () => {
    it("arrives whole, and every file is read back, whole and in part", async () => {
      const store = await open();
      const publication = new TestPublication();
      const locations = await publish(store, publication);
      expect(locations).toHaveLength(2);
      const [first] = [...publication.files.values()];
      expect((await readAll(await store.open(locations[0]!, undefined, unstopped))).equals(first!)).toBe(true);
      const part = await readAll(await store.open(locations[0]!, { first: 1000, last: 250_000 }, unstopped));
      expect(part.equals(first!.subarray(1000, 250_001))).toBe(true);
    });

    it("is found by its version, with what it holds and who signed it", async () => {
      const store = await open();
      const publication = new TestPublication({ channels: ["stable"] });
      await publish(store, publication);
      const found = await store.discover(PRODUCT, unstopped);
      expect(found.map(({ reference, version, isOurs }) => [reference, version, isOurs])).toEqual([
        ["1.0.0", "1.0.0", true],
        ["stable", undefined, true],
      ]);
      const detail = await store.inspect(PRODUCT, "1.0.0", unstopped);
      const { artifacts } = publication.content.manifest;
      expect(detail.files.map(({ name, sizeBytes, sha256, platform }) => [name, sizeBytes, sha256, platform])).toEqual(
        artifacts.map((one) => [one.fileName, one.sizeBytes, one.digests.sha256, one.platform]),
      );
      expect(detail).toMatchObject({ createdAt: Date.parse("2026-01-02T03:04:05Z"), subjectSha256: publication.content.oci.index.sha256 });
      expect(detail.bundles.map((bundle) => Buffer.from(bundle))).toEqual(
        publication.content.signature?.bundles.map(({ bytes }) => Buffer.from(bytes)),
      );
      const bytes = await readAll(await store.open(detail.files[1]!.location, undefined, unstopped));
      expect(bytes.equals(publication.files.get(detail.files[1]!.sha256!)!)).toBe(true);
    });

    it("can be published again without sending anything twice", async () => {
      const store = await open();
      const publication = new TestPublication();
      const first = await publish(store, publication);
      const opened: string[] = [];
      const again: unknown[] = [];
      for (const step of store.plan(publication.content)) {
        const context = publication.context();
        const watched = { ...context, open: (sha256: string) => (opened.push(sha256), context.open(sha256)) };
        again.push(...(await store.run(step, publication.content, watched)).map(({ location }) => location));
      }
      expect(again).toEqual(first);
      expect(opened).toEqual([]);
    });

    it("refuses to replace another release of the same version, and leaves that one alone", async () => {
      const store = await open();
      const mine = new TestPublication();
      await publish(store, mine);
      await expect(publish(store, new TestPublication())).rejects.toMatchObject({ code: "STORE_CONFLICT" });
      expect((await store.inspect(PRODUCT, "1.0.0", unstopped)).subjectSha256).toBe(mine.content.oci.index.sha256);
    });

    it("moves channels between versions", async () => {
      const store = await open();
      const [one, two] = [new TestPublication({ version: "1.0.0", channels: ["stable"] }), new TestPublication({ version: "1.1.0" })];
      await publish(store, one);
      await publish(store, two);
      await store.moveChannel(PRODUCT, "stable", "1.1.0", unstopped);
      expect((await store.inspect(PRODUCT, "stable", unstopped)).subjectSha256).toBe(two.content.oci.index.sha256);
      await expect(store.moveChannel(PRODUCT, "stable", "9.9.9", unstopped)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    });

    it("keeps versions with build metadata apart, and sorts by precedence", async () => {
      const store = await open();
      const files = twoFiles();
      for (const version of ["1.9.0", "1.10.0", "1.10.0-rc.1", "1.10.0+build.5"])
        await publish(store, new TestPublication({ version, files }));
      const versions = (await store.discover(PRODUCT, unstopped)).map(({ version }) => version);
      expect(versions).toEqual(["1.10.0", "1.10.0+build.5", "1.10.0-rc.1", "1.9.0"]);
    });

    it("arrives whole when it is larger than one part", async () => {
      const { url, options } = await start();
      const store = openStore(url, { ...options, limits: { chunkBytes: 70_000 } });
      const publication = new TestPublication();
      const progress: number[] = [];
      const step = store.plan(publication.content).find(({ totalBytes }) => totalBytes === 300_000)!;
      const notes: unknown[] = [];
      const context = { ...publication.context(), onProgress: (done: number) => progress.push(done) };
      const noting = { ...context, checkpoint: (note: Json) => (notes.push(note), Promise.resolve()) };
      const [stored] = await store.run(step, publication.content, noting);
      expect((await readAll(await store.open(stored!.location, undefined, unstopped))).length).toBe(300_000);
      expect(progress.at(-1)).toBe(300_000);
      expect(notes.length).toBeGreaterThan(0);
      expect(JSON.stringify(notes)).not.toContain("correct horse");
    });

    it("names a file of ours that is not what the release says, and stores nothing of it", async () => {
      const store = await open();
      const publication = new TestPublication();
      const step = store.plan(publication.content).find(({ totalBytes }) => totalBytes === 300_000)!;
      const damaged = new TestPublication({ files: [{ platform: "linux/amd64", fileName: "x", bytes: Buffer.alloc(300_000) }] });
      const [bytes] = damaged.files.keys();
      const context = { ...publication.context(), open: () => damaged.context().open(bytes!) };
      await expect(store.run(step, publication.content, context)).rejects.toMatchObject({ code: "ARTIFACT_DIGEST_MISMATCH" });
    });

    it("stops when it is told to", async () => {
      const store = await open();
      const publication = new TestPublication();
      const stop = new AbortController();
      const context = publication.context(new Map(), "", stop.signal);
      const step = store.plan(publication.content).find(({ totalBytes }) => totalBytes === 300_000)!;
      const stopping = { ...context, onProgress: (done: number) => done > 100_000 && stop.abort() };
      await expect(store.run(step, publication.content, stopping)).rejects.toMatchObject({ code: "CANCELLED" });
    });

    it("says of an unknown product that nothing is there", async () => {
      const store = await open();
      expect(await store.discover("org.example.nothing", unstopped)).toEqual([]);
      await expect(store.inspect("org.example.nothing", "1.0.0", unstopped)).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
    });

    it.each(["../../other/manifests/1.0.0", "1.0.0?x=y", "a b", "sha256:xyz", "é"])("is never asked for %s", async (reference) => {
      await expect((await open()).inspect(PRODUCT, reference, unstopped)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    });

    it("answers that it can be written to", async () => {
      expect(await (await open()).probe(PRODUCT, unstopped)).toMatchObject({ canWrite: true });
    });
  });
}
