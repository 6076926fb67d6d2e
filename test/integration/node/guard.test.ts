import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const guard = resolve("main/node/guard.cjs");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-guard-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the guard on this Node after `prelude` has changed what it reports to be. */
function runGuard(prelude: string) {
  const fake = join(folder, "prelude.cjs");
  writeFileSync(fake, prelude);
  return spawnSync(process.execPath, ["-r", fake, "-r", guard, "-e", "process.stdout.write('started')"], { encoding: "utf8" });
}

const pretend = (versions: { node: string; napi: string }): string =>
  `Object.defineProperty(process, "versions", { value: ${JSON.stringify(versions)} });
   Object.defineProperty(process, "version", { value: "v${versions.node}" });`;

describe("the guard against a wrong Node", () => {
  it("lets Node 24 start", () => {
    const run = runGuard("");
    expect(run.stdout).toBe("started");
    expect(run.status).toBe(0);
  });

  it.each([
    { node: "20.20.2", napi: "9" },
    { node: "22.20.0", napi: "10" },
    { node: "24.0.0", napi: "9" },
  ])("ends Node $node (Node-API $napi) with 78 and one sentence, before the program", (versions) => {
    const run = runGuard(pretend(versions));
    expect(run.status).toBe(78);
    expect(run.stdout).toBe("");
    expect(run.stderr).toContain(`Rollcall needs Node 24 or newer and this is Node ${versions.node}; nothing was started.`);
    expect(run.stderr.trim().split("\n")).toHaveLength(1);
  });
});
