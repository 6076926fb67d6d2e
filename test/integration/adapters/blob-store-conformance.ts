import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BlobStore } from "#main/control-plane/ports/blob-store.ts";

const hex = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest("hex");

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

const text = (value: string): Uint8Array => Buffer.from(value);

/** What every blob store must do. `open` gives a fresh store and a scratch folder on the same volume. */
export function describeBlobStore(
  name: string,
  open: () => Promise<{ store: BlobStore; folder: string; reopen: () => Promise<BlobStore> }>,
): void {
  describe(`${name} as a blob store`, () => {
    it("finds size, all digests and the head in one read, and gives the same bytes back", async () => {
      const { store } = await open();
      const whole = text("hello, world");
      const stored = await store.ingest(chunks(text("hello, "), text("world")));
      expect(stored.digests).toEqual({ sha256: hex("sha256", whole), sha1: hex("sha1", whole), sha512: hex("sha512", whole) });
      expect(stored).toMatchObject({ sizeBytes: 12, duplicate: false });
      expect(Buffer.from(stored.head).toString()).toBe("hello, world");
      expect(await collect(await store.open(stored.digests.sha256))).toBe("hello, world");
    });

    it("reads ranges with both ends included", async () => {
      const { store } = await open();
      const { digests } = await store.ingest(chunks(text("0123456789")));
      expect(await collect(await store.open(digests.sha256, { first: 2, last: 4 }))).toBe("234");
      await expect(store.open(digests.sha256, { first: 5, last: 10 })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    });

    it("stores the same bytes once and says that they were there", async () => {
      const { store } = await open();
      await store.ingest(chunks(text("same")));
      expect((await store.ingest(chunks(text("same")))).duplicate).toBe(true);
      expect(await store.usage()).toMatchObject({ blobCount: 1, blobBytes: 4 });
    });

    it.each([
      ["another digest", { sha256: "0".repeat(64) }],
      ["fewer bytes", { sizeBytes: 5 }],
      ["more bytes", { sizeBytes: 3 }],
    ])("stores nothing when the sender announced %s", async (_, expected) => {
      const { store } = await open();
      await expect(store.ingest(chunks(text("four")), { expected })).rejects.toMatchObject({ code: "ARTIFACT_DIGEST_MISMATCH" });
      expect((await store.usage()).blobCount).toBe(0);
    });

    it("refuses empty bytes", async () => {
      const { store } = await open();
      await expect(store.ingest(chunks())).rejects.toMatchObject({ code: "ARTIFACT_EMPTY" });
    });

    it("stores nothing when the source fails or is cancelled half way", async () => {
      const { store } = await open();
      const broken = (async function* () {
        yield await Promise.resolve(text("half"));
        throw new Error("the sender went away");
      })();
      await expect(store.ingest(broken)).rejects.toThrow("the sender went away");
      await expect(store.ingest(chunks(text("x")), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "CANCELLED" });
      expect((await store.usage()).blobCount).toBe(0);
    });

    it("adopts a finished file and leaves it for its owner to delete", async () => {
      const { store, folder } = await open();
      const path = join(folder, "finished");
      await writeFile(path, "adopted bytes");
      const seen: number[] = [];
      const stored = await store.adopt(path, { onBytes: (total) => seen.push(total) });
      expect(seen.at(-1)).toBe(13);
      expect(await collect(await store.open(stored.digests.sha256))).toBe("adopted bytes");
      expect((await store.adopt(path)).duplicate).toBe(true);
    });

    it("imports a copy of somebody else's file", async () => {
      const { store, folder } = await open();
      const path = join(folder, "theirs");
      await writeFile(path, "their bytes");
      const stored = await store.importFile(path);
      await writeFile(path, "later work!");
      expect(await collect(await store.open(stored.digests.sha256))).toBe("their bytes");
    });

    it.each(["adopt", "importFile"] as const)("%s refuses what is missing, a folder, or empty", async (take) => {
      const { store, folder } = await open();
      await writeFile(join(folder, "empty"), "");
      await expect(store[take](join(folder, "missing"))).rejects.toMatchObject({ code: "ARTIFACT_UNREADABLE" });
      await expect(store[take](folder)).rejects.toMatchObject({ code: "ARTIFACT_UNREADABLE" });
      await expect(store[take](join(folder, "empty"))).rejects.toMatchObject({ code: "ARTIFACT_EMPTY" });
    });

    it("knows nothing of blobs that are not there, whatever the name looks like", async () => {
      const { store } = await open();
      for (const name of ["0".repeat(64), "../../etc/passwd", ""]) {
        expect(await store.stat(name)).toBeUndefined();
        await expect(store.open(name)).rejects.toMatchObject({ code: "NOT_FOUND" });
      }
    });

    it("lists and removes blobs, and removing twice is no error", async () => {
      const { store } = await open();
      const { digests } = await store.ingest(chunks(text("gone soon")));
      const listed = [];
      for await (const blob of store.list()) listed.push(blob.sha256);
      expect(listed).toEqual([digests.sha256]);
      await store.remove(digests.sha256);
      await store.remove(digests.sha256);
      expect(await store.stat(digests.sha256)).toBeUndefined();
    });

    it("keeps tags over a restart, ordered, and replaces the target of a tag", async () => {
      const { store, reopen } = await open();
      const target = (digit: string) => ({ mediaType: "application/vnd.oci.image.index.v1+json", sha256: digit.repeat(64), sizeBytes: 7 });
      await Promise.all([
        store.setTag("org.b", "1.0.0", target("b")),
        store.setTag("org.a", "2.0.0", target("1")),
        store.setTag("org.a", "1.0.0", target("2")),
      ]);
      await store.setTag("org.a", "2.0.0", target("3"));
      await store.removeTag("org.b", "1.0.0");
      const again = await reopen();
      expect(await again.tags("org.a")).toEqual([
        { repository: "org.a", tag: "1.0.0", target: target("2") },
        { repository: "org.a", tag: "2.0.0", target: target("3") },
      ]);
      expect(await again.tags()).toHaveLength(2);
    });
  });
}
