import { describe, expect, it } from "vitest";
import { readTree } from "./source-tree.ts";

const paths = readTree((path) => /^(main|preload|renderer|shared|test)\//.test(path)).map(({ path }) => path);
const inName = /(^|[/.-])(utils?|helpers?|commons?|managers?|misc)([/.-]|$)/;

describe("names of files", () => {
  it("name the thing, not a drawer for things", () => {
    expect(paths.filter((path) => inName.test(path))).toEqual([]);
  });

  it("are kebab-case, folders too", () => {
    expect(paths.filter((path) => !/^[a-z0-9./_-]+$/.test(path.replace(/\/README\.md$/, "")))).toEqual([]);
  });

  it("keep tests where tests live", () => {
    expect(paths.filter((path) => /\.test\.tsx?$/.test(path) && !path.startsWith("test/"))).toEqual([]);
  });
});
