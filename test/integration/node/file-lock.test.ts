import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFile } from "#main/node/file-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollcall-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const HOLDER = `import { lockFile } from "#main/node/file-lock.ts"; lockFile(process.argv[1], "it"); process.stdout.write("held"); setInterval(() => {}, 1000);`;

function thrownBy(action: () => unknown): Error | undefined {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  return undefined;
}

describe("lockFile", () => {
  it("refuses a second holder at once and names what is in use", () => {
    const path = join(folder, "lock");
    const first = lockFile(path, "this state folder");
    const second = thrownBy(() => lockFile(path, "this state folder"));
    expect(second).toMatchObject({ code: "ENV_DATA_IN_USE" });
    expect(second?.message).toContain("this state folder");
    first.release();
    lockFile(path, "this state folder").release();
  });

  it("is held against other processes and is free the moment its holder is killed", async () => {
    const path = join(folder, "lock");
    const holder = spawn(process.execPath, ["--input-type=module", "-e", HOLDER, path], { stdio: ["ignore", "pipe", "inherit"] });
    await once(holder.stdout, "data");
    expect(thrownBy(() => lockFile(path, "it"))).toMatchObject({ code: "ENV_DATA_IN_USE" });
    holder.kill("SIGKILL");
    await once(holder, "exit");
    lockFile(path, "it").release();
  });
});
