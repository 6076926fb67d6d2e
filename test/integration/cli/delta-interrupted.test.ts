import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startCli } from "#test/builders/cli-run.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

/** Enough that a delta of it is under way when the key is pressed, on any machine. */
const SLOW_BYTES = 30_000_000;

/** Two files, and two folders with one of them each. */
async function slowPair() {
  const home = await tempFolder();
  const path = (name: string): string => join(home, name);
  const old = randomBytes(SLOW_BYTES);
  for (const [name, bytes] of [
    ["old", old],
    ["new", Buffer.concat([old.subarray(100), old])],
  ] as const) {
    await writeFile(path(name), bytes);
    await mkdir(path(`${name}.d`));
    await writeFile(path(`${name}.d/web`), bytes);
  }
  return { home, path, before: (await readdir(home)).toSorted() };
}

describe("rollcall delta make", () => {
  it.each([
    ["two files", ""],
    ["two folders", ".d"],
  ])("of %s ends with Ctrl-C while it computes, and leaves nothing behind", { timeout: 120_000 }, async (_, suffix) => {
    const { home, path, before } = await slowPair();
    const { child, ended } = startCli(["delta", "make", path(`old${suffix}`), path(`new${suffix}`), "--out", path("made")], { home });
    await once(child.stderr, "data");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, err: expect.stringContaining("(CANCELLED)") });
    expect((await readdir(home)).toSorted()).toEqual(before);
  });
});
