import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openFsBlobStore } from "#main/adapters/fs-blob-store/fs-blob-store.ts";
import { plainReader } from "#main/control-plane/artifact/forward-readers.ts";
import { readFileFacts } from "#main/control-plane/artifact/read-file-facts.ts";
import type { FileFacts } from "#shared/domain/artifact/file-facts.ts";
import { readProgramFacts } from "#shared/domain/artifact/read-program-facts.ts";
import { readTarListing } from "#shared/domain/artifact/tar-listing.ts";
import { readZipListing } from "#shared/domain/artifact/zip-listing.ts";
import { storedZip } from "#test/builders/stored-zip.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const run = promisify(execFile);
const prebuilt = (name: string) =>
  join(dirname(createRequire(import.meta.url).resolve("better-sqlite3/package.json")), "prebuilds", `${name}.node`);

/** What is read of these bytes once they are stored. */
async function factsOf(bytes: Uint8Array, platform = "linux/amd64"): Promise<FileFacts> {
  const blobs = await openFsBlobStore(await tempFolder());
  const { digests } = await blobs.ingest(
    (async function* () {
      yield bytes;
    })(),
  );
  const facts = await readFileFacts(blobs, { sha256: digests.sha256, fileName: "file", platform });
  if (facts === undefined) throw new Error("the blob is not there");
  return facts;
}

/** A folder with a program, a file and a name that only long-name headers can carry, as a tar archive. */
async function tarBytes(format: "gnu" | "pax"): Promise<Buffer> {
  const folder = await tempFolder();
  const long = join("deep", "x".repeat(120));
  await mkdir(join(folder, "deep"));
  await writeFile(join(folder, "web"), "#!/bin/sh\n");
  await chmod(join(folder, "web"), 0o755);
  await writeFile(join(folder, long), "12345");
  await run("tar", ["-C", folder, `--format=${format}`, "-cf", join(folder, "out.tar"), "--exclude=out.tar", "."]);
  return readFile(join(folder, "out.tar"));
}

describe.skipIf(process.platform !== "linux")("programs", () => {
  it("of Linux tell their loader and their libraries", async () => {
    const facts = await factsOf(await readFile("/bin/ls"));
    expect(facts.interpreter).toMatch(/\/ld-/);
    expect(facts.libraries).toEqual(expect.arrayContaining([expect.stringMatching(/^libc\.(?:so\.6|musl)/)]));
    expect(facts.listing).toBeUndefined();
  });
});

describe("programs of other systems", () => {
  it.each([
    ["darwin-arm64", "darwin/arm64", /libSystem/],
    ["darwin-x64", "darwin/amd64", /libSystem/],
    ["win32-x64", "windows/amd64", /kernel32\.dll/i],
    ["win32-arm64", "windows/arm64", /kernel32\.dll/i],
  ])("%s tell their libraries", async (folder, platform, library) => {
    expect((await factsOf(await readFile(prebuilt(folder)), platform)).libraries).toEqual(
      expect.arrayContaining([expect.stringMatching(library)]),
    );
  });
});

describe("archives", () => {
  it.each([
    ["a plain tar", "gnu", (tar: Buffer) => tar],
    ["a tar with pax headers", "pax", (tar: Buffer) => tar],
    ["a gzipped tar", "gnu", (tar: Buffer) => gzipSync(tar)],
    ["a tar packed by Zstandard", "pax", (tar: Buffer) => zstdCompressSync(tar)],
  ] as const)("list %s with sizes, permissions and long names", async (_, format, pack) => {
    const { listing } = await factsOf(pack(await tarBytes(format)));
    expect(listing?.isWhole).toBe(true);
    expect(listing?.entries.toSorted((left, right) => left.path.length - right.path.length).slice(-3)).toMatchObject([
      { path: "web", kind: "file", sizeBytes: 10, mode: 0o755 },
      { path: "deep/", kind: "folder" },
      { path: `deep/${"x".repeat(120)}`, kind: "file", sizeBytes: 5 },
    ]);
  });

  it("list a zip with the permissions that it keeps", async () => {
    const { listing } = await factsOf(storedZip({ "bin/web": { content: "hello", mode: 0o755 }, "README.md": { content: "" } }));
    expect(listing).toEqual({
      isWhole: true,
      entries: [
        { path: "bin/web", kind: "file", sizeBytes: 5, mode: 0o755 },
        { path: "README.md", kind: "file", sizeBytes: 0, mode: 0o644 },
      ],
    });
  });

  it("say that they are not whole when they are cut, and give no listing for what is no archive inside", async () => {
    const tar = await tarBytes("gnu");
    expect((await factsOf(gzipSync(tar).subarray(0, 200))).listing?.isWhole ?? false).toBe(false);
    expect((await factsOf(tar.subarray(0, 700))).listing).toMatchObject({ isWhole: false });
    expect((await factsOf(gzipSync("just text, long enough to be no tar header".repeat(40)))).listing).toBeUndefined();
  });

  it("and programs never fail by what their bytes are", async () => {
    const wholes = [
      await tarBytes("pax"),
      storedZip({ a: { content: "b" } }),
      await readFile(prebuilt("win32-arm64")),
      await readFile(prebuilt("linux-x64")),
    ];
    for (const whole of wholes)
      for (let at = 0; at < 512; at += 3) {
        const bytes = Buffer.from(whole.subarray(0, 20_000));
        bytes[at] = (bytes[at] ?? 0) ^ 0xff;
        const source = {
          sizeBytes: bytes.length,
          read: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length)),
        };
        const read = Promise.all([readProgramFacts(source, "linux/amd64"), readTarListing(plainReader(source)), readZipListing(source)]);
        await expect(read).resolves.toHaveLength(3);
      }
  });

  it("cost a bounded amount even when they unpack to gigabytes", async () => {
    const header = (await tarBytes("gnu")).subarray(0, 512);
    const bomb = gzipSync(Buffer.concat([header, Buffer.alloc(300 * 1024 * 1024)]), { level: 1 });
    expect((await factsOf(bomb)).listing).toBeDefined();
  });
});
