import { describe, expect, it } from "vitest";
import type { MemberHead } from "#main/node/archive/archive-member.ts";
import { unpackLimits, type UnpackLimits } from "#main/node/archive/unpack-limits.ts";
import { UnpackPlanner } from "#main/node/archive/unpack-plan.ts";

const LIMITS: UnpackLimits = { entries: 10, depth: 8, pathBytes: 200, totalBytes: 1000, foldsCase: false };

const file = (path: string, sizeBytes = 1, mode = 0o644): MemberHead => ({ path, kind: "file", sizeBytes, mode });
const folder = (path: string): MemberHead => ({ path, kind: "folder", sizeBytes: 0, mode: 0o755 });
const link = (kind: "symlink" | "hardlink", path: string, target: string): MemberHead => ({
  path,
  kind,
  sizeBytes: 0,
  mode: 0o777,
  target,
});

function plan(heads: readonly MemberHead[], limits: Partial<UnpackLimits> = {}) {
  const planner = new UnpackPlanner({ ...LIMITS, ...limits });
  for (const head of heads) planner.add(head);
  return planner.finish();
}

describe("the plan of an archive", () => {
  it("gives every entry its place, makes the folders that nobody listed, and takes every write permission away", () => {
    expect(plan([folder("./"), file("./bin/web", 7, 0o4755), file("etc/web.conf", 3, 0o666), folder("bin/")])).toEqual({
      totalBytes: 10,
      entries: [
        { kind: "folder", path: "bin", mode: 0o555 },
        { kind: "file", path: "bin/web", mode: 0o555, sizeBytes: 7 },
        { kind: "folder", path: "etc", mode: 0o555 },
        { kind: "file", path: "etc/web.conf", mode: 0o444, sizeBytes: 3 },
      ],
    });
  });

  it("takes every file for a program when the archive knows no permissions", () => {
    expect(plan([{ ...file("web.exe"), mode: undefined }]).entries[0]).toMatchObject({ mode: 0o555 });
  });

  it("keeps links that stay inside, and hard links to files that came before", () => {
    const { entries } = plan([file("lib/web-1"), link("symlink", "lib/web", "web-1"), link("hardlink", "bin", "./lib/web-1")]);
    expect(entries.slice(2)).toEqual([
      { kind: "symlink", path: "lib/web", target: "web-1" },
      { kind: "hardlink", path: "bin", target: "lib/web-1" },
    ]);
  });

  it.each<readonly [string, readonly MemberHead[], string]>([
    ["climbs", [file("../web")], "out of the archive"],
    ["is absolute", [file("/web")], "absolute"],
    ["is there twice", [file("web"), file("./web")], "twice"],
    ["is a folder where a file was", [file("web"), folder("web/")], "twice"],
    ["lies beneath a file", [file("web"), file("web/x")], "no folder"],
    ["lies beneath a link", [folder("real"), link("symlink", "web", "real"), file("web/x")], "no folder"],
    ["is a link where a folder was", [file("web/x"), link("symlink", "web", "real")], "twice"],
    ["is a link out", [file("x"), link("symlink", "a/web", "../../x")], "leads out"],
    ["is a link by a chain out", [file("x"), link("symlink", "b", "a/.."), link("symlink", "c", "b/../x")], "leads out"],
    ["is a hard link out", [file("x"), link("hardlink", "web", "../x")], "no file that came before"],
    ["is a hard link to what comes later", [link("hardlink", "web", "x"), file("x")], "no file that came before"],
    ["is a hard link to a link", [file("x"), link("symlink", "s", "x"), link("hardlink", "web", "s")], "no file that came before"],
    ["is a device", [{ path: "null", kind: "other", sizeBytes: 0, mode: 0o666, what: "CharacterDevice" }], "CharacterDevice"],
    ["has no name", [file("./")], "no name"],
  ])("refuses an archive in which an entry %s", (_, heads, why) => {
    expect(() => plan(heads)).toThrow(why);
  });

  it("refuses more bytes, more entries and deeper folders than the limits", () => {
    expect(() => plan([file("a", 600), file("b", 600)])).toThrow("more than 1000 bytes");
    expect(() => plan(Array.from({ length: 11 }, (_, at) => file(`f${at}`)))).toThrow("more than 10 entries");
    expect(() => plan([file("a/b/c/d/e/f/g/h/i")])).toThrow("folders deep");
    expect(() => plan([folder("empty")])).toThrow("no file");
  });

  it("refuses names that are one name on a system that folds them, and links that climb by such a name", () => {
    const heads = [file("Web"), file("web")];
    expect(plan(heads).entries).toHaveLength(2);
    expect(() => plan(heads, { foldsCase: true })).toThrow("same as Web");
    expect(() => plan([file("cafe\u0301"), file("caf\u00e9")], { foldsCase: true })).toThrow("same as");
    const chain = [file("x"), link("symlink", "B", "a/.."), link("symlink", "c", "b/../x")];
    expect(() => plan(chain, { foldsCase: true })).toThrow("leads out");
  });
});

describe("the limits of an archive", () => {
  it("allow a small one some air, a large one two hundred times itself, and none more than the budget", () => {
    expect(unpackLimits(1000, undefined, false).totalBytes).toBe(64 * 1024 * 1024);
    expect(unpackLimits(1_000_000, undefined, false).totalBytes).toBe(200_000_000);
    expect(unpackLimits(1_000_000, 5000, false).totalBytes).toBe(5000);
    expect(unpackLimits(2 ** 36, undefined, false).totalBytes).toBe(64 * 2 ** 30);
  });
});
