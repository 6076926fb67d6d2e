import { appendFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { LogWatch } from "#main/agent/process/log-watch.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const LIMITS = { maxBytes: 1000, files: 1 };

async function setUp() {
  const path = join(await tempFolder(), "output.log");
  await writeFile(path, "a line\n");
  const watch = new LogWatch(path);
  onTestFinished(() => watch.close());
  const size = async (): Promise<number> => (await stat(path)).size;
  const look = async (): Promise<number> => {
    await watch.look(LIMITS);
    return size();
  };
  return { path, watch, size, look };
}

describe("the watch over an output log", () => {
  it("looks each time while something is written", async () => {
    const { path, watch, size } = await setUp();
    for (let times = 0; times < 5; times += 1) {
      await appendFile(path, "x".repeat(300));
      await watch.look(LIMITS);
    }
    expect(await size()).toBeLessThan(1000);
  });

  it("is told of the first line after a silence, however long that was", async () => {
    const { path, watch, look } = await setUp();
    for (let times = 0; times < 5; times += 1) await watch.look(LIMITS);
    await appendFile(path, "x".repeat(2000));
    await expect.poll(look).toBe(0);
  });

  it("looks at once when the limits change", async () => {
    const { watch, size } = await setUp();
    for (let times = 0; times < 5; times += 1) await watch.look(LIMITS);
    await watch.look({ maxBytes: 1, files: 1 });
    expect(await size()).toBe(0);
  });

  it("goes on with a file that comes late, and with another in its place", async () => {
    const { path, watch, look } = await setUp();
    await rm(path);
    for (let times = 0; times < 3; times += 1) await watch.look(LIMITS);
    await writeFile(path, "x".repeat(2000));
    await expect.poll(look).toBe(0);
    for (let times = 0; times < 3; times += 1) await watch.look(LIMITS);
    await rm(path);
    await writeFile(path, "x".repeat(2000));
    await expect.poll(look).toBe(0);
  });
});
