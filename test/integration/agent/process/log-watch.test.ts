import { appendFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LogWatch } from "#main/agent/process/log-watch.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const LIMITS = { maxBytes: 1000, files: 1 };

async function setUp() {
  const path = join(await tempFolder(), "output.log");
  await writeFile(path, "a line\n");
  const watch = new LogWatch(path);
  const size = async (): Promise<number> => (await stat(path)).size;
  return { path, watch, size };
}

describe("the watch over an output log", () => {
  it("looks each time while something is written", async () => {
    const { path, watch, size } = await setUp();
    for (let second = 0; second < 5; second += 1) {
      await appendFile(path, "x".repeat(300));
      await watch.look(LIMITS, second * 10_000);
    }
    expect(await size()).toBeLessThan(1000);
  });

  it("looks the less often the longer nothing was written, and once a minute at least", async () => {
    const { path, watch, size } = await setUp();
    for (let ms = 0; ms <= 300_000; ms += 10_000) await watch.look(LIMITS, ms);
    await appendFile(path, "x".repeat(2000));
    await watch.look(LIMITS, 310_000);
    const soonest = await size();
    await watch.look(LIMITS, 370_000);
    expect([soonest, await size()]).toEqual([2007, 0]);
  });

  it("looks at once when the limits change", async () => {
    const { watch, size } = await setUp();
    for (let ms = 0; ms <= 100_000; ms += 10_000) await watch.look(LIMITS, ms);
    await watch.look({ maxBytes: 1, files: 1 }, 100_001);
    expect(await size()).toBe(0);
  });
});
