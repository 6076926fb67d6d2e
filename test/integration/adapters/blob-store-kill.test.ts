import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

describe("a process that is killed while it stores a blob", () => {
  it("leaves every stored blob, no half-written one, and a store that goes on", async () => {
    const layout = join(await tempFolder(), "store");
    const { digests } = await (await openFsBlobStore(layout)).ingest(bytes("before"));
    const child = spawn(process.execPath, [join(import.meta.dirname, "ingest-slowly.ts"), layout], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await readdir(join(layout, "ingest"))).toHaveLength(1);
    const again = await openFsBlobStore(layout);
    expect(await readdir(join(layout, "ingest"))).toEqual([]);
    expect(await readdir(join(layout, "blobs", "sha256"))).toEqual([digests.sha256]);
    expect((await again.ingest(bytes("after"))).duplicate).toBe(false);
  });
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}
