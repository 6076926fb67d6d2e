import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startServer } from "#main/server/server.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";

async function start(dataFolder: string) {
  const logger = quietLogger();
  const server = await startServer({ dataFolder, port: 0, logger });
  onTestFinished(() => server.stop());
  return logger.lines.filter(({ message }) => message.includes("look into the data folder"));
}

async function modesIn(folder: string): Promise<ReadonlyMap<string, number>> {
  const names = await readdir(folder, { recursive: true });
  return new Map(await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).mode & 0o777] as const)));
}

describe("a data folder", () => {
  it("is its owner's alone with everything in it, also where an empty wide one was there", async () => {
    const folder = await tempFolder();
    await chmod(folder, 0o755);
    expect(await start(folder)).toEqual([]);
    expect((await stat(folder)).mode & 0o777).toBe(0o750);
    const wide = [...(await modesIn(folder))].filter(([, mode]) => (mode & 0o077) !== 0);
    expect(wide).toEqual([]);
  });

  it("with others' files in it keeps its mode and is warned of, and our folders in it are narrowed", async () => {
    const folder = await tempFolder();
    await chmod(folder, 0o755);
    await writeFile(join(folder, "notes"), "mine");
    await mkdir(join(folder, "trust"), { mode: 0o755 });
    expect(await start(folder)).toMatchObject([{ level: "warn", fields: { mode: "755" } }]);
    expect((await stat(folder)).mode & 0o777).toBe(0o755);
    expect((await stat(join(folder, "trust"))).mode & 0o777).toBe(0o700);
  });

  it.skipIf(!existsSync("/proc/self"))("is refused at once where there can be none", async () => {
    await expect(start("/proc/rollcall")).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});
