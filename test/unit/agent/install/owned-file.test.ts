import { describe, expect, it } from "vitest";
import { isOwned, markOwned } from "#main/agent/install/owned-file.ts";

describe("the mark of an installed file", () => {
  it.each(["[Unit]\nType=notify\n", "#!/bin/sh\nexec true\n", ""])("knows %j again", (text) => {
    expect(isOwned(markOwned(text))).toBe(true);
  });

  it("leaves the line that names the interpreter first", () => {
    expect(markOwned("#!/bin/sh\nexec true\n")).toMatch(/^#!\/bin\/sh\n# Written by .*\nexec true\n$/);
  });

  it("does not know a file that somebody wrote, or changed", () => {
    expect(isOwned("[Unit]\n")).toBe(false);
    expect(isOwned(markOwned("[Unit]\n").replace("[Unit]", "[Unit]\nNice=5"))).toBe(false);
    expect(isOwned(`${markOwned("[Unit]\n")}Nice=5\n`)).toBe(false);
  });
});
