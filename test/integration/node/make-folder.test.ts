import { existsSync } from "node:fs";
import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "#main/node/make-folder.ts";
import { narrowFolder } from "#main/node/narrow-folder.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const modeOf = async (path: string) => ((await stat(path)).mode & 0o7777).toString(8);

describe("making a folder", () => {
  it("makes what is missing above it with the same mode, and leaves what is there", async () => {
    const home = await tempFolder();
    await chmod(home, 0o755);
    await makeFolder(join(home, "a/b/c"), 0o700);
    expect(await Promise.all(["a", "a/b", "a/b/c", "."].map((name) => modeOf(join(home, name))))).toEqual(["700", "700", "700", "755"]);
    await makeFolder(home, 0o700);
    expect(await modeOf(home)).toBe("755");
  });

  it("is refused where a file stands in the way", async () => {
    const home = await tempFolder();
    await writeFile(join(home, "file"), "");
    await expect(makeFolder(join(home, "file"), 0o700)).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolder(join(home, "file/below"), 0o700)).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  it.skipIf(!existsSync("/proc/self"))("is refused at once where nothing can be made", async () => {
    await expect(makeFolder("/proc/rollcall/data", 0o700)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("/proc takes no folders"),
    });
  });
});

describe("narrowing a folder", () => {
  it("takes what goes beyond the widest mode, and nothing else", async () => {
    const folder = join(await tempFolder(), "state");
    await mkdir(folder);
    await chmod(folder, 0o775);
    expect(await narrowFolder(folder, 0o755)).toEqual({ outcome: "narrowed", mode: "0775" });
    expect(await modeOf(folder)).toBe("755");
    expect(await narrowFolder(folder, 0o755)).toEqual({ outcome: "narrow" });
  });

  it("leaves a folder that everybody shares", async () => {
    const folder = join(await tempFolder(), "shared");
    await mkdir(folder);
    await chmod(folder, 0o1777);
    expect(await narrowFolder(folder, 0o750)).toEqual({ outcome: "wide", mode: "1777" });
    expect(await modeOf(folder)).toBe("1777");
  });
});
