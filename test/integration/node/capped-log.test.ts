import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CappedLog } from "#main/node/capped-log.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

describe("the capped log", () => {
  it("keeps lines in their order, across instances", async () => {
    const file = join(await tempFolder(), "logs", "a.log");
    const first = new CappedLog(file);
    first.write("one");
    first.write("two\n");
    await first.flush();
    const second = new CappedLog(file);
    second.write("three");
    await second.flush();
    expect(await readFile(file, "utf8")).toBe("one\ntwo\nthree\n");
  });

  it("never keeps more than two files of its cap", async () => {
    const file = join(await tempFolder(), "a.log");
    const log = new CappedLog(file, 1000);
    for (let line = 0; line < 200; line += 1) {
      log.write(`${line}`.padEnd(99, "."));
      await log.flush();
    }
    expect((await stat(file)).size).toBeLessThanOrEqual(1000);
    expect((await stat(`${file}.1`)).size).toBeLessThanOrEqual(1000);
    expect(await readFile(file, "utf8")).toContain("199...");
  });

  it("does not fail the program when it cannot be written", async () => {
    const blocker = join(await tempFolder(), "file");
    await writeFile(blocker, "");
    const log = new CappedLog(join(blocker, "a.log"));
    log.write("lost");
    await expect(log.flush()).resolves.toBeUndefined();
  });

  it("says how many lines it dropped rather than filling the memory", async () => {
    const file = join(await tempFolder(), "a.log");
    const log = new CappedLog(file);
    for (let line = 0; line < 10_050; line += 1) log.write("x");
    await log.flush();
    log.write("after");
    await log.flush();
    expect(await readFile(file, "utf8")).toMatch(/log lines were dropped","count":\d+/);
  });
});
