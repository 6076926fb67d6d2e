import { describe, expect, it } from "vitest";
import { readTree } from "./source-tree.ts";

const text = readTree((path) => !/\.(png|jpg|ico|icns|woff2?|node)$/.test(path) && path !== "package-lock.json");

/** Written in pieces, so that this file does not find itself. Ana is the person of our examples. */
const patterns = {
  "a path of somebody's machine": new RegExp(
    ["/(?:ho", "me|Us", "ers|ro", "ot)/(?!ana/)[a-z0-9_.-]+/|/wo", "rk/(?:wt|main|shared|tools)\\b"].join(""),
    "g",
  ),
  "an address of a private registry": new RegExp(
    [
      "https?://[^\\s\"'`)/]*(?:arti",
      "factory|ne",
      "xus|verda",
      "ccio|npm-pro",
      "xy|mir",
      "ror|codeart",
      "ifact|pkgs\\.dev\\.az",
      "ure)[^\\s\"'`)]*",
    ].join(""),
    "gi",
  ),
  "a secret key": new RegExp(
    ["-----BEGIN (?:[A-Z]+ )?PRI", "VATE KEY-----|gh[pousr]_", "[A-Za-z0-9]{36}|npm_", "[A-Za-z0-9]{36}|AK", "IA[0-9A-Z]{16}"].join(""),
    "g",
  ),
  "a merge conflict": new RegExp(["^(?:<{", "7}|>{", "7}) "].join(""), "gm"),
};

describe("what the repository says", () => {
  it.each(Object.entries(patterns))("does not contain %s", (_, pattern) => {
    const found = text.flatMap(({ path, text: content }) => [...content.matchAll(pattern)].map((match) => `${path}: ${match[0]}`));
    expect(found).toEqual([]);
  });
});
