import { execFile } from "node:child_process";
import { chmod, lstat, mkdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { readTreeListing, treeDigest } from "#main/node/archive/tree-listing.ts";
import { stampTree, verifyTree } from "#main/node/archive/verify-tree.ts";
import { storedZip } from "#test/builders/stored-zip.ts";
import { tarArchive } from "#test/builders/tar-archive.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { archiveOf } from "./unpack-fixture.ts";

const run = promisify(execFile);
const PLAIN = tarArchive(
  { path: "./", type: "Directory" },
  { path: "bin/web", content: "#!/bin/sh\necho up\n", mode: 0o4755 },
  { path: "etc/web.conf", content: "port=1\n", mode: 0o666 },
);

async function unpacked(bytes: Buffer) {
  const setting = await archiveOf(bytes);
  return { ...setting, ...(await setting.unpack()) };
}

describe("an archive", () => {
  it.each([
    ["tar", PLAIN],
    ["tar.gz", gzipSync(PLAIN)],
    ["tar.zst", zstdCompressSync(PLAIN)],
    ["zip", storedZip({ "bin/web": { content: "#!/bin/sh\necho up\n", mode: 0o755 }, "etc/web.conf": { content: "port=1\n" } })],
  ])("of the kind %s becomes the same read-only tree", async (_, bytes) => {
    const { folder, listing, totalBytes, left } = await unpacked(bytes);
    expect(await readFile(join(folder, "etc/web.conf"), "utf8")).toBe("port=1\n");
    expect((await stat(join(folder, "bin/web"))).mode & 0o7777).toBe(0o555);
    expect((await stat(join(folder, "etc/web.conf"))).mode & 0o7777).toBe(0o444);
    expect((await stat(join(folder, "bin"))).mode & 0o7777).toBe(0o555);
    expect((await run(join(folder, "bin/web"))).stdout).toBe("up\n");
    expect(totalBytes).toBe(25);
    expect(treeDigest(listing)).toBe("dd3d7e8b30e36c564b3b48b0d76490a9b1cb0d2d9a7f63e0b2483214c4199829");
    expect(await left()).toEqual(["tree"]);
  });

  it("made by the system's own tar, with links and long names, is unpacked as it was", async () => {
    const source = await tempFolder();
    const long = `${"deep-folder-with-a-name/".repeat(6)}${"long".repeat(40)}`;
    await mkdir(join(source, long, ".."), { recursive: true });
    await writeFile(join(source, long), "far away");
    await writeFile(join(source, "web-1.0"), "x".repeat(70_000), { mode: 0o755 });
    await symlink("web-1.0", join(source, "web"));
    const outcomes = [];
    for (const format of ["gnu", "pax", "ustar"]) {
      const archive = join(await tempFolder(), "made.tar");
      const left = format === "ustar" ? ["--exclude", "deep-folder*"] : [];
      await run("tar", ["--format", format, ...left, "-cf", archive, "-C", source, "."]);
      outcomes.push(await unpacked(await readFile(archive)));
    }
    for (const { folder } of outcomes) {
      expect(await readlink(join(folder, "web"))).toBe("web-1.0");
      expect((await stat(join(folder, "web"))).size).toBe(70_000);
    }
    expect(await readFile(join(outcomes[0]?.folder ?? "", long), "utf8")).toBe("far away");
    expect(outcomes[0]?.listing).toBe(outcomes[1]?.listing);
  });

  it("keeps hard links as one file with several names", async () => {
    const { folder } = await unpacked(tarArchive({ path: "a", content: "one" }, { path: "b", type: "Link", linkpath: "a" }));
    expect((await lstat(join(folder, "a"))).ino).toBe((await lstat(join(folder, "b"))).ino);
  });

  it("asks for room before it writes, and writes nothing when there is none", async () => {
    const { unpack, left } = await archiveOf(PLAIN);
    const asked: number[] = [];
    const refuse = (bytes: number): Promise<void> => {
      asked.push(bytes);
      return Promise.reject(new Error("no room"));
    };
    await expect(unpack({ checkRoom: refuse })).rejects.toThrow("no room");
    expect(asked).toEqual([25]);
    expect(await left()).toEqual([]);
  });

  it("is given up when it is not wanted any more", async () => {
    const { unpack, left } = await archiveOf(PLAIN);
    await expect(unpack({ signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    expect(await left()).toEqual([]);
  });
});

describe("a tree that was unpacked", () => {
  it("is intact until something in it changes, and then it is damaged", async () => {
    for (const change of ["content", "mode", "missing", "link"] as const) {
      const { folder, listing } = await unpacked(PLAIN);
      const listed = readTreeListing(listing);
      const stamp = await stampTree(folder);
      expect(await verifyTree(folder, listed)).toBe("intact");
      expect(await stampTree(folder)).toBe(stamp);
      const path = join(folder, "etc/web.conf");
      await chmod(join(folder, "etc"), 0o755);
      if (change === "mode") await chmod(path, 0o644);
      else {
        await removeTree(path);
        if (change === "content") await writeFile(path, "port=2\n", { mode: 0o444 });
        if (change === "link") await symlink("../bin/web", path);
      }
      await chmod(join(folder, "etc"), 0o555);
      expect(await stampTree(folder)).not.toBe(stamp);
      expect(await verifyTree(folder, listed)).toBe("damaged");
    }
  });

  it("loses what was written into it beside the release", async () => {
    const { folder, listing } = await unpacked(PLAIN);
    await chmod(join(folder, "bin"), 0o755);
    await mkdir(join(folder, "bin/__pycache__/deeper"), { recursive: true });
    await writeFile(join(folder, "bin/__pycache__/deeper/web.pyc"), "stale");
    await chmod(join(folder, "bin"), 0o555);
    expect(await verifyTree(folder, readTreeListing(listing))).toBe("mended");
    expect(await verifyTree(folder, readTreeListing(listing))).toBe("intact");
  });
});
