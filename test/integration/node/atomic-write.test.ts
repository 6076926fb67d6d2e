import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFileAtomic } from "#main/node/atomic-write.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollcall-atomic-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("writeFileAtomic", () => {
  it("replaces a file whole and leaves no temporary file beside it", async () => {
    const path = join(folder, "state.json");
    await writeFileAtomic(path, "old");
    await writeFileAtomic(path, "new and longer");
    expect(await readFile(path, "utf8")).toBe("new and longer");
    expect(await readdir(folder)).toEqual(["state.json"]);
  });

  it("gives a secret its narrow mode from the first byte", async () => {
    const path = join(folder, "key");
    await writeFile(path, "loose");
    await chmod(path, 0o644);
    await writeFileAtomic(path, "secret", 0o600);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("keeps the old content and cleans up when the new one cannot be put there", async () => {
    await expect(writeFileAtomic(join(folder, "missing", "state.json"), "new")).rejects.toThrow("ENOENT");
    expect(await readdir(folder)).toEqual([]);
  });

  it("lets concurrent writers of one file each write whole content", async () => {
    const path = join(folder, "state.json");
    const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(5000));
    await Promise.all(contents.map((content) => writeFileAtomic(path, content)));
    expect(contents).toContain(await readFile(path, "utf8"));
    expect(await readdir(folder)).toEqual(["state.json"]);
  });
});
