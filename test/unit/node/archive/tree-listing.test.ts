import { describe, expect, it } from "vitest";
import { readTreeListing, treeDigest, writeTreeListing, type TreeEntry } from "#main/node/archive/tree-listing.ts";

const SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const TREE: readonly TreeEntry[] = [
  { kind: "symlink", path: "web", target: "bin/web" },
  { kind: "file", path: "bin/web", mode: 0o555, sizeBytes: 4, sha256: SHA },
  { kind: "folder", path: "bin", mode: 0o555 },
  { kind: "file", path: "bin-é", mode: 0o444, sizeBytes: 4, sha256: SHA },
];

describe("the listing of a tree", () => {
  it("is one text whatever the order, sorted by the bytes of the paths", () => {
    const listing = writeTreeListing(TREE);
    expect(listing).toBe(
      `rollcall-tree-v1\n["folder","bin","555"]\n["file","bin-é","444",4,"${SHA}"]\n["file","bin/web","555",4,"${SHA}"]\n["symlink","web","bin/web"]\n`,
    );
    expect(writeTreeListing(TREE.toReversed())).toBe(listing);
    // From sha256sum over the text above: others can check a tree without us.
    expect(treeDigest(listing)).toBe("4509f6af5e9ecc4bf7739577c76a970925f0cd3f7793056f893b7a0432af2ac0");
  });

  it("changes with every path, permission, content and target", () => {
    const digest = treeDigest(writeTreeListing(TREE));
    const others = TREE.map((entry, at) =>
      TREE.with(at, entry.kind === "symlink" ? { ...entry, target: "bin" } : { ...entry, mode: entry.mode ^ 0o111 }),
    );
    for (const other of [...others, TREE.slice(1)]) expect(treeDigest(writeTreeListing(other))).not.toBe(digest);
  });

  it("is read back as it was written, and refused when it was touched", () => {
    const listing = writeTreeListing(TREE);
    expect(writeTreeListing(readTreeListing(listing))).toBe(listing);
    for (const broken of ["", listing.slice(0, -1), listing.replace("v1", "v2"), listing.replace('"555"', "555")])
      expect(() => readTreeListing(broken)).toThrow("damaged");
  });
});
