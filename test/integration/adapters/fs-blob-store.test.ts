import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { nodeFs, type NodeFs } from "#main/node/node-fs.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { describeBlobStore } from "./blob-store-conformance.ts";

describeBlobStore("FsBlobStore", async () => {
  const folder = await tempFolder();
  const layout = join(folder, "store");
  const reopen = () => openFsBlobStore(layout);
  return { store: await reopen(), folder, reopen };
});

describeBlobStore("FsBlobStore without hard links", async () => {
  const folder = await tempFolder();
  const refuse: NodeFs["link"] = () => Promise.reject(Object.assign(new Error("cross-device"), { code: "EXDEV" }));
  const reopen = () => openFsBlobStore(join(folder, "store"), { ...nodeFs, link: refuse });
  return { store: await reopen(), folder, reopen };
});

async function* once(value: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(value));
}

/** The real file system on a volume that fills up when `fill` is called. */
function fillingFs(): { fs: NodeFs; fill: () => void } {
  let full = false;
  const open: NodeFs["open"] = async (...args) => {
    const file = await nodeFs.open(...args);
    if (full) file.writeFile = () => Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
    return file;
  };
  return { fs: { ...nodeFs, open }, fill: () => void (full = true) };
}

describe("FsBlobStore on disk", () => {
  it("is an OCI image layout", async () => {
    const layout = join(await tempFolder(), "store");
    const store = await openFsBlobStore(layout);
    const { digests } = await store.ingest(once("{}"));
    await store.setTag("org.example.web", "1.0.0", {
      mediaType: "application/vnd.oci.image.index.v1+json",
      sha256: digests.sha256,
      sizeBytes: 2,
    });
    expect(JSON.parse(await readFile(join(layout, "oci-layout"), "utf8"))).toEqual({ imageLayoutVersion: "1.0.0" });
    expect(await readdir(join(layout, "blobs", "sha256"))).toEqual([digests.sha256]);
    expect(JSON.parse(await readFile(join(layout, "index.json"), "utf8"))).toMatchObject({
      schemaVersion: 2,
      manifests: [{ digest: `sha256:${digests.sha256}`, annotations: { "org.opencontainers.image.ref.name": "org.example.web:1.0.0" } }],
    });
  });

  it("removes what a killed ingest left behind and keeps every blob", async () => {
    const layout = join(await tempFolder(), "store");
    const { digests } = await (await openFsBlobStore(layout)).ingest(once("kept"));
    await writeFile(join(layout, "ingest", "half"), "hal");
    const again = await openFsBlobStore(layout);
    expect(await readdir(join(layout, "ingest"))).toEqual([]);
    expect((await again.stat(digests.sha256))?.sizeBytes).toBe(4);
  });

  it("says ENV_DISK_FULL when the volume fills up while it writes, and leaves nothing half-written", async () => {
    const layout = join(await tempFolder(), "store");
    const { fs, fill } = fillingFs();
    const store = await openFsBlobStore(layout, fs);
    const { digests } = await store.ingest(once("before"));
    fill();
    await expect(store.ingest(once("after"))).rejects.toMatchObject({ code: "ENV_DISK_FULL" });
    await expect(store.setTag("org.a", "1.0.0", { mediaType: "x", sha256: digests.sha256, sizeBytes: 1 })).rejects.toMatchObject({
      code: "ENV_DISK_FULL",
    });
    expect(await readdir(join(layout, "ingest"))).toEqual([]);
    expect(await readdir(layout)).toEqual(expect.not.arrayContaining([expect.stringContaining(".tmp")]));
    expect(await store.tags()).toEqual([]);
    expect((await store.usage()).blobCount).toBe(1);
  });

  it("refuses a file that cannot fit before it reads a byte", async () => {
    const statfs = () => Promise.resolve({ bavail: 1000, bsize: 4096 });
    // Why the cast: statfs has overloads and more fields; the store reads these two.
    const store = await openFsBlobStore(join(await tempFolder(), "store"), { ...nodeFs, statfs: statfs as unknown as NodeFs["statfs"] });
    const untouched = { [Symbol.asyncIterator]: () => expect.unreachable("nothing is read") };
    await expect(store.ingest(untouched, { expected: { sizeBytes: 10_000_000 } })).rejects.toMatchObject({ code: "ENV_DISK_FULL" });
  });

  it("mends a blob that was damaged on disk when the same bytes come again", async () => {
    const layout = join(await tempFolder(), "store");
    const store = await openFsBlobStore(layout);
    const { digests } = await store.ingest(once("precious"));
    await writeFile(join(layout, "blobs", "sha256", digests.sha256), "garbage!");
    await store.ingest(once("precious"));
    expect(await readFile(join(layout, "blobs", "sha256", digests.sha256), "utf8")).toBe("precious");
  });

  it("refuses to adopt a file that changes while it is read", async () => {
    const folder = await tempFolder();
    const store = await openFsBlobStore(join(folder, "store"));
    const path = join(folder, "growing");
    await writeFile(path, Buffer.alloc(1_000_000, 1));
    let touched: Promise<void> | undefined;
    const onBytes = (): void => void (touched ??= appendFile(path, "more"));
    await expect(store.adopt(path, { onBytes })).rejects.toMatchObject({ code: "ARTIFACT_CHANGED" });
    await touched;
    expect((await store.usage()).blobCount).toBe(0);
  });

  it("says ENV_DATA_CORRUPT and keeps the file when index.json cannot be understood", async () => {
    const layout = join(await tempFolder(), "store");
    await openFsBlobStore(layout);
    await writeFile(join(layout, "index.json"), "{ not json");
    await expect(openFsBlobStore(layout)).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    expect(await readFile(join(layout, "index.json"), "utf8")).toBe("{ not json");
  });
});
