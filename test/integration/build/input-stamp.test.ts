import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashInputs, readStamp, writeStamp } from "#main/build/input-stamp.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rollcall-stamp-"));
  mkdirSync(join(root, "renderer/app"), { recursive: true });
  writeFileSync(join(root, "renderer/app/one.ts"), "one");
  writeFileSync(join(root, "package.json"), "{}");
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const hash = () => hashInputs(["renderer", "package.json"], root);

describe("the stamp of a build's inputs", () => {
  it("stays the same when nothing changed", async () => {
    expect(await hash()).toBe(await hash());
  });

  it("changes with the content, the name and the number of files", async () => {
    const seen = [await hash()];
    writeFileSync(join(root, "renderer/app/one.ts"), "eno");
    seen.push(await hash());
    renameSync(join(root, "renderer/app/one.ts"), join(root, "renderer/app/two.ts"));
    seen.push(await hash());
    writeFileSync(join(root, "renderer/three.ts"), "");
    seen.push(await hash());
    expect(new Set(seen).size).toBe(4);
  });

  it("is absent until a build has been finished", async () => {
    const stamp = join(root, ".inputs");
    expect(await readStamp(stamp)).toBeUndefined();
    await writeStamp(stamp, "abc");
    expect(await readStamp(stamp)).toBe("abc");
  });
});
