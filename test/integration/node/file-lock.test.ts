import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFile } from "#main/node/file-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollcall-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const HOLDER = `import { lockFile } from "#main/node/file-lock.ts"; await lockFile(process.argv[1], "it"); process.stdout.write("held"); setInterval(() => {}, 1000);`;

describe("lockFile", () => {
  it("refuses a second holder at once and names what is in use", async () => {
    const path = join(folder, "lock");
    const first = await lockFile(path, "this state folder");
    await expect(lockFile(path, "this state folder")).rejects.toMatchObject({
      code: "ENV_DATA_IN_USE",
      message: expect.stringContaining("this state folder"),
    });
    first.release();
    (await lockFile(path, "this state folder")).release();
  });

  it("keeps the file to its owner, also when it was wide before", async () => {
    const path = join(folder, "lock");
    await writeFile(path, "", { mode: 0o644 });
    (await lockFile(path, "it")).release();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("is held against other processes and is free the moment its holder is killed", async () => {
    const path = join(folder, "lock");
    const holder = spawn(process.execPath, ["--input-type=module", "-e", HOLDER, path], { stdio: ["ignore", "pipe", "inherit"] });
    await once(holder.stdout, "data");
    await expect(lockFile(path, "it")).rejects.toMatchObject({ code: "ENV_DATA_IN_USE" });
    holder.kill("SIGKILL");
    await once(holder, "exit");
    (await lockFile(path, "it")).release();
  });
});
