import { describe, expect, it } from "vitest";
import { similarPaths } from "#main/node/delta/tree/similar-paths.ts";

const find = (path: string, ...paths: readonly string[]): string | undefined =>
  similarPaths(paths.map((one) => ({ path: one })))(path)?.path;

describe("the file that a moved one was before", () => {
  it("has its name, and the most of its path", () => {
    expect(find("app/lib/core.js", "lib/core.js", "lib/other.js")).toBe("lib/core.js");
    const both = ["vendor/a/package.json", "vendor/web/package.json"] as const;
    expect(find("modules/web/package.json", ...both)).toBe("vendor/web/package.json");
    expect(find("vendor/abc/package.json", ...both)).toBe("vendor/a/package.json");
  });

  it("may differ in numbers and digests of its path", () => {
    expect(find("assets/main.3f2a91c0.js", "assets/main.77ab01de.js", "assets/main.77ab01de.css")).toBe("assets/main.77ab01de.js");
    expect(find("lib/python3.13/site.so.2", "lib/python3.12/site.so.1")).toBe("lib/python3.12/site.so.1");
  });

  it("is none when nothing is alike", () => {
    expect(find("assets/main.js", "assets/style.css")).toBeUndefined();
    expect(find("main.js")).toBeUndefined();
  });
});
