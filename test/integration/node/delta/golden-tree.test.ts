import { hash } from "node:crypto";
import { mkdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { applyTreeDelta } from "#main/node/delta/tree/apply-tree-delta.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const OLD = Array.from({ length: 20 }, (_, index) => hash("sha256", `Rollcall ${index}`)).join("");
const NEW = `${OLD.slice(0, 500)} this one ${OLD.slice(500)}!`;

const TOOL = Array.from({ length: 60 }, (_, index) => hash("sha256", `tool ${index}`)).join("");
/** Every 41st character is the next one in the alphabet. */
const LATER = TOOL.replaceAll(/(?<=^(?:.{41})*)./g, (one) => String.fromCharCode(one.charCodeAt(0) + 1));

/** Written by the first version of the format, with a source of each kind; every later reader must understand it. */
const TREE = {
  oldTree: "9ef8b1536a4d5cd648395004c32ff50d8a3118e4263e7357202774daf34ad50b",
  newTree: "a20f7df58910e4d5bd229f5afa5de880565d607d3b50c9ef808943ce620b8e6f",
  delta:
    "UkNEVFJFRTHmAAAAYAIAAJ74sVNqTVzWSDlQBMMv9Q2KMRjkJj5zVyAndNrzStULog999YkQ5NW9Ip9a+l3ogFZdYH07UMnvgIlDzmILjm8otS/9YG" +
    "AB5QYA0g8rGIBLOkR6ublSqJVLhTEDWDbZnXYBiEn0EwDCkiDwiKXgIHssOLEYGsfgmIwvnAYr/Y5DwoBQHozA4BXnX/xiUcyU0NS0fWmfs2+Rb2+7" +
    "nbM9y2sSL7PEhE7hmzzDTpks0moeiuWgYeshdkgXCenS5rIyzMOZ0B/tc5J3v3zo0vqI+VSh5x0HBLSJ/WruEJUO0WRDh3KvkxIkcnQ1RH8WKw+5FH" +
    "E3VVlFxmQvAhAAPwG2pYy0Wnh/HQYUAD8ACNI2NAycHSDQUjCR/wIHLICBIgdwnAdxTym6hAEAAAAVAAAAFgAAAAAAAAAJAAAAAAAAACi1L/0gDGEA" +
    "AAAPAAAAAAAAAAAAACi1L/1gAA5lAAAQAQACANRmygdKgAUotS/9IAABAAAhAAAAAAAAACi1L/1gCwS9AABYIHRoaXMgb25lICECAAkbyhXGD6RmIC" +
    "i1L/0gClEAAE5ldyBoZXJlLgo=",
} as const;

describe("a delta between folders that was written long ago", () => {
  it("is still applied", async () => {
    const folder = await tempFolder();
    const at = (name: string): string => join(folder, name);
    await mkdir(at("old/bin"), { recursive: true });
    await writeFile(at("old/bin/web"), OLD, { mode: 0o755 });
    await writeFile(at("old/bin/tool"), TOOL);
    await writeFile(at("old/notes"), "Read me.\n");
    await writeFile(at("old/gone"), "x");
    await writeFile(at("delta"), Buffer.from(TREE.delta, "base64"));
    const { oldTree, newTree } = TREE;
    const { signal } = new AbortController();
    await applyTreeDelta({
      deltaPath: at("delta"),
      oldRoot: at("old"),
      newRoot: at("new"),
      temporary: at("part"),
      oldTree,
      newTree,
      signal,
    });
    expect(await readFile(at("new/bin/web"), "utf8")).toBe(NEW);
    expect(await readFile(at("new/bin/tool"), "utf8")).toBe(LATER);
    expect(await readFile(at("new/readme"), "utf8")).toBe("Read me.\n");
    for (const name of ["copy", "more"]) expect(await readFile(at(`new/${name}`), "utf8")).toBe("New here.\n");
    expect(await readlink(at("new/web"))).toBe("bin/web");
    await removeTree(at("new"));
  });
});
