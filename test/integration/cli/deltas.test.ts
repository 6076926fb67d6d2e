import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCliProcess } from "#test/builders/cli-run.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

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
});
