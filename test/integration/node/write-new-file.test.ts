import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeFs } from "#main/node/node-fs.ts";
import { readBoundedFile } from "#main/node/read-bounded-file.ts";
import { writeNewFile } from "#main/node/write-new-file.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

describe("a file that must not be there yet", () => {
  it("is written once, whichever of two writers comes first", async () => {
    const path = join(await tempFolder(), "key");
    const tries = await Promise.allSettled(["one", "two"].map((text) => writeNewFile(path, text, 0o600)));
    expect(tries.map(({ status }) => status).toSorted((left, right) => left.localeCompare(right))).toEqual(["fulfilled", "rejected"]);
    expect(tries.find((one) => one.status === "rejected")).toMatchObject({ reason: { code: "CONFLICT_EXISTS" } });
    expect(["one", "two"]).toContain(await readFile(path, "utf8"));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("leaves nothing behind when the disk is full", async () => {
    const folder = await tempFolder();
    const full = { ...nodeFs, rename: () => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })) };
    await expect(writeNewFile(join(folder, "key"), "x", 0o600, full)).rejects.toMatchObject({ code: "ENV_DISK_FULL" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("is read up to a limit and not a byte beyond", async () => {
    const path = join(await tempFolder(), "file");
    await writeNewFile(path, "x".repeat(100_000));
    expect(await readBoundedFile(path, 100_000)).toHaveLength(100_000);
    await expect(readBoundedFile(path, 99_999)).rejects.toMatchObject({ code: "INPUT_TOO_LARGE" });
  });
});
