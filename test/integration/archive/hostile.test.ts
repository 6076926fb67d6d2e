import { randomBytes } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { storedZip } from "#test/builders/stored-zip.ts";
import { tarArchive, tarEntry } from "#test/builders/tar-archive.ts";
import { archiveOf } from "./unpack-fixture.ts";

const GOOD = { path: "web", content: "good" };
const MIB = 1024 * 1024;

/** A zip of one file with something in its directory set to another value. */
function zipWith(change: (bytes: Buffer, directory: number) => void): Buffer {
  const bytes = storedZip({ web: { content: "good" } });
  change(bytes, bytes.indexOf("PK\u0001\u0002"));
  return bytes;
}

const ATTACKS: readonly (readonly [string, () => Buffer, string])[] = [
  ["climbs out", () => tarArchive({ path: "../escaped", content: "x" }), "out of the archive"],
  ["climbs out in the middle", () => tarArchive({ path: "a/../../escaped", content: "x" }), "out of the archive"],
  ["has an absolute path", () => tarArchive({ path: "/tmp/escaped", content: "x" }), "absolute"],
  ["climbs out by a pax path", () => tarArchive({ path: "ok", content: "x", pax: { path: "../escaped" } }), "out of the archive"],
  [
    "climbs out by a GNU long name",
    () => tarArchive({ path: "././@LongLink", type: "NextFileHasLongPath", content: "../escaped\0" }, { path: "ok", content: "x" }),
    "out of the archive",
  ],
  ["has backslashes", () => tarArchive({ path: "..\\escaped", content: "x" }), "backslash"],
  ["links out", () => tarArchive(GOOD, { path: "a/s", type: "SymbolicLink", linkpath: "../../escaped" }), "leads out"],
  ["links to an absolute path", () => tarArchive(GOOD, { path: "s", type: "SymbolicLink", linkpath: "/etc/passwd" }), "leads out"],
  [
    "links out by a chain",
    () => tarArchive(GOOD, { path: "b", type: "SymbolicLink", linkpath: "a/.." }, { path: "c", type: "SymbolicLink", linkpath: "b/../x" }),
    "leads out",
  ],
  [
    "writes through a link",
    () => tarArchive(GOOD, { path: "s", type: "SymbolicLink", linkpath: "." }, { path: "s/escaped", content: "x" }),
    "no folder",
  ],
  ["hard-links out", () => tarArchive(GOOD, { path: "h", type: "Link", linkpath: "../../etc/passwd" }), "no file that came before"],
  ["hard-links an absolute path", () => tarArchive(GOOD, { path: "h", type: "Link", linkpath: "/etc/passwd" }), "no file that came before"],
  ["holds a device", () => tarArchive(GOOD, { path: "null", type: "CharacterDevice", devmaj: 1, devmin: 3 }), "CharacterDevice"],
  ["holds a block device", () => tarArchive(GOOD, { path: "sda", type: "BlockDevice" }), "BlockDevice"],
  ["holds a pipe", () => tarArchive(GOOD, { path: "p", type: "FIFO" }), "FIFO"],
  ["holds one name twice", () => tarArchive(GOOD, { ...GOOD, content: "other" }), "twice"],
  ["holds a sparse file", () => tarArchive({ path: "x", type: "ExtendedHeader", content: "22 GNU.sparse.major=1\n" }, GOOD), "sparse"],
  ["has a huge attribute list", () => tarArchive({ path: "x", type: "ExtendedHeader", content: Buffer.alloc(MIB, "a") }, GOOD), "too long"],
  ["has a huge long name", () => tarArchive({ path: "x", type: "NextFileHasLongPath", content: Buffer.alloc(MIB, "a") }, GOOD), "too long"],
  ["says a size beyond its end", () => tarArchive({ ...GOOD, size: 5 * MIB, body: Buffer.alloc(512) }), "in the middle"],
  [
    "says a size beyond any disk",
    () => tarArchive({ path: "x", type: "ExtendedHeader", content: `30 size=${"9".repeat(21)}\n` }, GOOD),
    "larger than any disk",
  ],
  ["is cut in its contents", () => tarArchive({ path: "web", content: Buffer.alloc(4096) }).subarray(0, 2048), "in the middle"],
  ["is cut between entries", () => tarEntry(GOOD), "cut off"],
  ["is cut in its last block", () => tarArchive(GOOD).subarray(0, -100), "cut off"],
  ["has a damaged header", () => Buffer.concat([tarEntry(GOOD), Buffer.alloc(512, "x"), Buffer.alloc(1024)]), "damaged"],
  [
    "is a gzip that is cut",
    () => gzipSync(tarArchive({ path: "web", content: randomBytes(10_000) })).subarray(0, 5000),
    "damaged or cut off",
  ],
  ["is a gzip in a gzip", () => gzipSync(gzipSync(tarArchive({ ...GOOD, content: randomBytes(4096) }))), "damaged"],
  ["is a gzip of no archive", () => gzipSync(Buffer.alloc(4096, "x")), "damaged"],
  ["is a bomb of gzip", () => gzipSync(tarArchive({ path: "web", content: Buffer.alloc(80 * MIB) })), "more than"],
  ["is a bomb of zstd", () => zstdCompressSync(tarArchive({ path: "web", content: Buffer.alloc(80 * MIB) })), "more than"],
  ["is a bomb of padding", () => gzipSync(Buffer.concat([tarEntry(GOOD), Buffer.alloc(220 * MIB, "x")])), "damaged"],
  ["is a zip that climbs", () => storedZip({ "../escaped": { content: "x" } }), "relative path"],
  ["is a zip with an absolute path", () => storedZip({ "/tmp/escaped": { content: "x" } }), "absolute path"],
  ["is a zip that links out", () => storedZip({ web: { content: "x" }, s: { content: "../escaped", mode: 0o120777 } }), "leads out"],
  ["is a zip with a device", () => storedZip({ web: { content: "x" }, d: { content: "", mode: 0o020666 } }), "no file, folder or link"],
  ["is a zip with one name twice", () => zipTwice(), "twice"],
  ["is a zip that is encrypted", () => zipWith((bytes, at) => bytes.writeUInt16LE(1, at + 8)), "refused"],
  ["is a zip of an unknown method", () => zipWith((bytes, at) => bytes.writeUInt16LE(99, at + 10)), "method"],
  ["is a zip that lies about a size", () => zipWith((bytes, at) => bytes.writeUInt32LE(3_000_000, at + 24)), "refused"],
  ["is a zip without its end", () => zipWith(() => undefined).subarray(0, 40), "refused"],
  ["is a program", () => Buffer.from("#!/bin/sh\n"), "no tar"],
  ["is empty", () => Buffer.alloc(0), "no tar"],
  ["holds nothing", () => gzipSync(Buffer.alloc(0)), "holds nothing"],
];

function zipTwice(): Buffer {
  const bytes = storedZip({ web1: { content: "one" }, web2: { content: "two" } });
  for (let at = bytes.indexOf("web2"); at !== -1; at = bytes.indexOf("web2")) bytes.write("web1", at);
  return bytes;
}

describe("an archive that means harm", () => {
  it.each(ATTACKS)("and %s is refused, and nothing of it is left", async (_, make, why) => {
    const { parent, unpack, left } = await archiveOf(make());
    await expect(unpack()).rejects.toMatchObject({ code: "ARTIFACT_ARCHIVE_REFUSED", message: expect.stringContaining(why) as string });
    expect(await left()).toEqual([]);
    await expect(access(join(parent, "escaped"))).rejects.toThrow("ENOENT");
    await expect(access("/tmp/escaped")).rejects.toThrow("ENOENT");
  });

  it("comes to more than the disk budget is refused", async () => {
    const { unpack, left } = await archiveOf(tarArchive({ path: "web", content: Buffer.alloc(2 * MIB) }));
    await expect(unpack({ budgetBytes: MIB })).rejects.toThrow(`more than ${MIB} bytes`);
    expect(await left()).toEqual([]);
  });

  it("has two names that this system takes for one is refused", async () => {
    const { unpack, left } = await archiveOf(tarArchive(GOOD, { ...GOOD, path: "WEB" }));
    await expect(unpack({ foldsCase: true })).rejects.toThrow("same as web");
    expect(await left()).toEqual([]);
  });
});
