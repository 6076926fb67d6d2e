import { describe, expect, it } from "vitest";
import { memberPath } from "#main/node/archive/member-path.ts";

const LIMITS = { depth: 4, pathBytes: 60 };

describe("the path of an archive's entry", () => {
  it.each([
    ["./bin//web/", "bin/web"],
    ["web", "web"],
    ["./", ""],
    ["a/./b", "a/b"],
    ["...", "..."],
    ["a/..b/c", "a/..b/c"],
  ])("%j is cleaned to %j", (raw, path) => {
    expect(memberPath(raw, LIMITS)).toEqual({ path });
  });

  it.each([
    ["../etc/passwd", "out of the archive"],
    ["a/../../b", "out of the archive"],
    ["a/..", "out of the archive"],
    ["/etc/passwd", "absolute"],
    ["C:/windows", "absolute"],
    ["c:web", "absolute"],
    ["a\\..\\b", "backslash"],
    ["a\nb", "control character"],
    ["a\0b", "control character"],
    ["a\uFFFDb", "UTF-8"],
    ["a/b/c/d/e", "folders deep"],
    ["é".repeat(31), "too long"],
  ])("%j is refused", (raw, why) => {
    expect(memberPath(raw, LIMITS).refused).toContain(why);
  });

  it("is refused when one name is longer than a file system takes", () => {
    expect(memberPath("x".repeat(256), { depth: 4, pathBytes: 1024 }).refused).toContain("too long");
  });
});
