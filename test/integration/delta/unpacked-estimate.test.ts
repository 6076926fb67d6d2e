import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { storedZip } from "#test/builders/stored-zip.ts";
import { ReleaseFixture } from "../release/release-fixture.ts";
import { nextBuild, plainFile, publishFile } from "./delta-fixture.ts";

const PLATFORM = "linux/amd64";

/** By a program of this machine, reading from its input. */
const packBy =
  (program: string) =>
  (bytes: Buffer): Buffer =>
    execFileSync(program, ["-1", "-c"], { input: bytes, maxBuffer: 2 ** 26 });
const PROGRAMS = ["/usr/bin/xz", "/usr/bin/bzip2"].filter((path) => existsSync(path));

/** A control plane whose hosts have the first of these files, and the question about the second. */
async function asked(published: Uint8Array | undefined, next: Uint8Array) {
  const fixture = await ReleaseFixture.open();
  if (published !== undefined) await publishFile(fixture, "1.0.0", published);
  const { id: uploadId } = await fixture.upload(next, "web-1.1.0");
  const question = { uploadId, applicationId: fixture.applicationId, platform: PLATFORM };
  return { fixture, ask: () => fixture.client.uploads.estimateUnpacked(question) };
}

describe("what unpacking a packed file would save", () => {
  it.each<readonly [string, (bytes: Buffer) => Buffer]>([
    ["gzip", (bytes: Buffer) => gzipSync(bytes)],
    ["Zstandard", (bytes: Buffer) => zstdCompressSync(bytes)],
    ["zip", (bytes: Buffer) => storedZip({ web: { content: bytes.toString("hex") } })],
    ...PROGRAMS.map((program) => [program, packBy(program)] as const),
  ])("is measured for %s against the release before, and leaves nothing behind", async (_, pack) => {
    const first = plainFile(400_000);
    const packed = pack(nextBuild(first, "second"));
    const { fixture, ask } = await asked(pack(first), packed);
    const estimate = await ask();
    expect(estimate).toMatchObject({ kind: "estimated", fromVersion: "1.0.0", packedBytes: packed.length });
    expect(estimate.kind === "estimated" && estimate.deltaBytes).toBeLessThan(20_000);
    expect(estimate.kind === "estimated" && estimate.unpackedBytes).toBeGreaterThan(400_000);
    expect(await ask()).toEqual(estimate);
    expect(await readdir(join(fixture.folder, "deltas"))).toEqual([]);
  });

  it("is not known without an earlier release of the kind, and of what cannot be unpacked here", async () => {
    const { ask: first } = await asked(undefined, gzipSync(plainFile()));
    expect(await first()).toMatchObject({ kind: "unknown", reason: expect.stringContaining("No earlier release") });
    const { ask: plainBefore } = await asked(plainFile(), gzipSync(plainFile()));
    expect(await plainBefore()).toMatchObject({ kind: "unknown", reason: expect.stringContaining("No earlier release") });
    const { ask } = await asked(gzipSync(plainFile()), Buffer.concat([Buffer.from("Rar!\x1a\x07"), plainFile(100_000)]));
    expect(await ask()).toMatchObject({ kind: "unknown", reason: expect.stringContaining("typically 2 to 5 %") });
  });

  it("is not known of damaged files and of bombs, and the control plane goes on", { timeout: 120_000 }, async () => {
    const { ask } = await asked(gzipSync(plainFile()), gzipSync(plainFile()).subarray(0, 100_000));
    expect(await ask()).toMatchObject({ kind: "unknown", reason: expect.stringContaining("damaged or cut off") });
    const bomb = gzipSync(Buffer.alloc(400_000_000));
    const { fixture, ask: askBomb } = await asked(gzipSync(plainFile()), bomb);
    const { revision } = await fixture.client.settings.get();
    await fixture.client.settings.update({ revision, deltaMemoryBytes: 256 * 2 ** 20 });
    expect(await askBomb()).toMatchObject({ kind: "unknown" });
    expect((await fixture.client.uploads.list()).length).toBeGreaterThan(0);
  });
});
