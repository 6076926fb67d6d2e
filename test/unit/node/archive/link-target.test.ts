import { describe, expect, it } from "vitest";
import { linkTarget } from "#main/node/archive/link-target.ts";

const follow = (link: string, links: Readonly<Record<string, string>>) => linkTarget(link, new Map(Object.entries(links)));

describe("a symbolic link of an archive", () => {
  it.each([
    ["to a neighbour", "lib/a", { "lib/a": "b" }, "lib/b"],
    ["to a parent's other folder", "bin/web", { "bin/web": "../lib/web" }, "lib/web"],
    ["to the root itself", "a/b", { "a/b": ".." }, ""],
    ["over another link", "x", { x: "y/z", y: "real" }, "real/z"],
    ["to nothing inside", "x", { x: "not/there" }, "not/there"],
  ])("that leads %s is followed", (_, link, links, end) => {
    expect(follow(link, links)).toBe(end);
  });

  it.each([
    ["absolute", "x", { x: "/etc" }],
    ["climbing", "a/x", { "a/x": "../../etc" }],
    ["climbing and coming back", "a/x", { "a/x": "../../here/a" }],
    ["empty", "x", { x: "" }],
    ["a circle", "x", { x: "y", y: "x" }],
    ["itself", "x", { x: "x" }],
    // Each link alone stays inside: the parent of where `b` leads to lies above the root.
    ["a chain that climbs", "c", { b: "a/..", c: "b/../x" }],
    ["a chain through folders", "s3", { "d/s1": "..", s2: "d/s1/..", s3: "s2/etc" }],
  ])("that is %s is found", (_, link, links) => {
    expect(follow(link, links)).toBeUndefined();
  });
});
