import { spawnSync } from "node:child_process";
import { mkdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { installPaths, type InstallPaths } from "#main/agent/install/install-paths.ts";
import { LAUNCHER_TEXT, TRIAL_STARTS } from "#main/agent/self-update/launcher-text.ts";
import { Trial } from "#main/agent/self-update/trial.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

/** A library with two versions whose runtime says which it is, and the launcher. */
async function library(): Promise<{ readonly paths: InstallPaths; readonly start: () => string }> {
  const paths = installPaths(await tempFolder());
  for (const name of ["1.0.0-aaaaaaaaaaaaaaaa", "2.0.0-bbbbbbbbbbbbbbbb"]) {
    await mkdir(join(paths.versions, name), { recursive: true });
    await writeFile(join(paths.versions, name, "node"), `#!/bin/sh\necho ${name.slice(0, 5)} "$@"\n`, { mode: 0o755 });
  }
  await symlink("versions/1.0.0-aaaaaaaaaaaaaaaa", paths.current);
  await mkdir(dirname(paths.launcher), { recursive: true });
  await writeFile(paths.launcher, LAUNCHER_TEXT, { mode: 0o755 });
  return { paths, start: () => spawnSync(paths.launcher, ["run", "--state", "/a b"], { encoding: "utf8" }).stdout.trim() };
}

describe("the launcher of an installed agent", () => {
  it("starts the current version with the arguments as they came", async () => {
    const { paths, start } = await library();
    expect(start()).toMatch(/^1\.0\.0 --disallow-\S+ .*rollcall-agent\.mjs run --state \/a b$/);
    expect(await new Trial(paths).isOn()).toBe(false);
  });

  it("goes back to the version before after three starts of one on trial, and says so", async () => {
    const { paths, start } = await library();
    const trial = new Trial(paths);
    await trial.begin("2.0.0-bbbbbbbbbbbbbbbb");
    const versions = Array.from({ length: TRIAL_STARTS + 2 }, () => start().slice(0, 5));
    expect(versions).toEqual(["2.0.0", "2.0.0", "2.0.0", "1.0.0", "1.0.0"]);
    expect(await readlink(paths.current)).toBe("versions/1.0.0-aaaaaaaaaaaaaaaa");
    expect(await trial.isOn()).toBe(false);
    expect(await trial.isGivenUp()).toBe(true);
    await trial.pass();
    expect(await trial.isGivenUp()).toBe(false);
  });

  it("stays with a version that has passed its trial", async () => {
    const { paths, start } = await library();
    const trial = new Trial(paths);
    await trial.begin("2.0.0-bbbbbbbbbbbbbbbb");
    start();
    await trial.pass();
    expect(Array.from({ length: TRIAL_STARTS + 2 }, () => start().slice(0, 5))).toEqual(Array(TRIAL_STARTS + 2).fill("2.0.0"));
    expect(await trial.isGivenUp()).toBe(false);
  });

  it("is sent back at once by a version that gives itself up", async () => {
    const { paths, start } = await library();
    const trial = new Trial(paths);
    await trial.begin("2.0.0-bbbbbbbbbbbbbbbb");
    await trial.goBack("1.0.0-aaaaaaaaaaaaaaaa");
    expect(start()).toMatch(/^1\.0\.0 /);
    expect(await trial.isGivenUp()).toBe(false);
  });

  it("goes back at once when the count of starts cannot be read", async () => {
    const { paths, start } = await library();
    await new Trial(paths).begin("2.0.0-bbbbbbbbbbbbbbbb");
    await writeFile(join(paths.library, "trial"), "versions/1.0.0-aaaaaaaaaaaaaaaa x\n");
    expect(start()).toMatch(/^1\.0\.0 /);
    expect(await readFile(join(paths.library, "given-up"), "utf8")).toContain("versions/1.0.0-");
  });
});
