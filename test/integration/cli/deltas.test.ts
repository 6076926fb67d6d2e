import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { runCliProcess } from "#test/builders/cli-run.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const run = promisify(execFile);

async function pair() {
  const home = await tempFolder();
  const path = (name: string): string => join(home, name);
  const old = "one line of a program\n".repeat(5000);
  await writeFile(path("old"), old);
  await writeFile(path("new"), old.replaceAll("e of", "e of of").slice(7));
  const rollcall = (...args: readonly string[]) => runCliProcess(args, { home });
  return { path, rollcall };
}

describe("rollcall delta", () => {
  it("makes, shows and applies a delta without any control plane", async () => {
    const { path, rollcall } = await pair();
    const made = await rollcall("delta", "make", path("old"), path("new"), "--out", path("d"), "--json");
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(made.out)).toMatchObject({ sizeBytes: (await stat(path("d"))).size });
    const shown = await rollcall("delta", "inspect", path("d"));
    expect(shown.out).toMatch(/^from {2}[0-9a-f]{64} {2}110 kB\nto {4}[0-9a-f]{64} {2}125 kB\nby {4}matches, /);
    const applied = await rollcall("delta", "apply", path("old"), path("d"), "--out", path("made"));
    expect(applied.out).toMatch(/125 kB, SHA-256 [0-9a-f]{64}\.\n$/);
    expect(await readFile(path("made"))).toEqual(await readFile(path("new")));
  });

  it("tells how far it is, and what unpacking two packed files would bring", async () => {
    const { path, rollcall } = await pair();
    const made = await rollcall("delta", "make", path("old"), path("new"), "--out", path("d"));
    expect(made.err).toContain("sorting the old bytes, 0 %");
    for (const name of ["old", "new"]) await run("gzip", ["-k", path(name)]);
    const measured = await rollcall("delta", "estimate", path("old.gz"), path("new.gz"), "--json");
    expect(JSON.parse(measured.out)).toMatchObject({ packedBytes: (await stat(path("new.gz"))).size, unpackedBytes: 124_993 });
    const refused = await rollcall("delta", "estimate", path("old"), path("new"));
    expect(refused).toMatchObject({ code: 7, err: expect.stringContaining("is not unpacked here") });
  });

  it("refuses another old file, another digest and what is no delta, and leaves what stood there", async () => {
    const { path, rollcall } = await pair();
    await rollcall("delta", "make", path("old"), path("new"), "--out", path("d"), "--codec", "dictionary");
    await writeFile(path("made"), "mine");
    const otherOld = await rollcall("delta", "apply", path("new"), path("d"), "--out", path("made"));
    expect(otherOld).toMatchObject({ code: 7, err: expect.stringContaining("it is for other files") });
    const otherDigest = await rollcall("delta", "apply", path("old"), path("d"), "--out", path("made"), "--sha256", "0".repeat(64));
    expect(otherDigest.code).toBe(7);
    const noDelta = await rollcall("delta", "inspect", path("old"));
    expect(noDelta).toMatchObject({ code: 7, err: expect.stringContaining("it is not of this format") });
    const missing = await rollcall("delta", "make", path("absent"), path("new"), "--out", path("d"));
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining("it is not there") });
    expect(await readFile(path("made"), "utf8")).toBe("mine");
  });

  it("does the same between folders, and between what archives unpack to", async () => {
    const { path, rollcall } = await pair();
    const bytes = randomBytes(20_000);
    await writeFile(path("old"), bytes);
    await writeFile(path("new"), Buffer.concat([bytes, bytes.subarray(0, 50)]));
    for (const [side, file] of [
      ["v1", "old"],
      ["v2", "new"],
    ] as const) {
      await mkdir(path(`${side}/bin`), { recursive: true });
      await cp(path(file), path(`${side}/bin/web`));
      await writeFile(path(`${side}/${side}.txt`), "the same words under another name");
      await run("tar", ["-czf", path(`${side}.tgz`), "-C", path(side), "."]);
    }
    const made = await rollcall("delta", "make", path("v1"), path("v2"), "--out", path("folders.delta"), "--json");
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(made.out)).toMatchObject({ files: { kept: 1, again: 0, delta: 1, whole: 0 } });
    expect((await rollcall("delta", "inspect", path("folders.delta"))).out).toMatch(/^from {2}tree .*\nto {4}tree .*\n$/);
    for (const old of ["v1", "v1.tgz"])
      expect((await rollcall("delta", "inspect", path("folders.delta"), path(old))).out).toMatch(
        /\nsize {2}20.1 kB unpacked\nfiles 1 kept, 0 copied, 1 by delta, 0 whole\n$/,
      );
    const packed = await rollcall("delta", "make", path("v1.tgz"), path("v2.tgz"), "--unpacked", "--out", path("archives.delta"), "--json");
    expect(JSON.parse(packed.out)).toMatchObject({ newTree: (JSON.parse(made.out) as { newTree: string }).newTree });
    expect(await readFile(path("archives.delta"))).toEqual(await readFile(path("folders.delta")));
    for (const same of ["v2.tgz", "v2"]) {
      const { tree } = JSON.parse((await rollcall("delta", "inspect", path(same), "--json")).out) as { tree: string };
      expect(tree).toBe((JSON.parse(made.out) as { newTree: string }).newTree);
    }

    const applied = await rollcall("delta", "apply", path("v1.tgz"), path("folders.delta"), "--out", path("made"));
    expect(applied).toMatchObject({ code: 0, err: "" });
    expect(await readFile(path("made/bin/web"))).toEqual(await readFile(path("new")));
    expect(await readFile(path("made/v2.txt"), "utf8")).toBe("the same words under another name");
    const twice = await rollcall("delta", "apply", path("v1"), path("folders.delta"), "--out", path("made"));
    expect(twice).toMatchObject({ code: 2, err: expect.stringContaining("is there already") });
    const foreign = await rollcall("delta", "apply", path("v2"), path("folders.delta"), "--out", path("other"));
    expect(foreign).toMatchObject({ code: 7, err: expect.stringContaining("it starts from another tree") });
    await removeTree(path("made"));
  });
});
