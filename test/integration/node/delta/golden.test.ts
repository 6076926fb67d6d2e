import { hash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyDelta } from "#main/node/delta/apply-delta.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const OLD = "Rollcall keeps the version before. ".repeat(4);
const NEW = `${"Rollcall keeps the version before this one. ".repeat(4)}!`;

/** Written by the first version of the format; every later reader must understand them. */
const VECTORS = {
  matches:
    "UkNERUxUQTEBAAAAAAAAAIwAAAAAAAAAsQAAAAAAAAAI9KT8Eabf6H/a2CQYqVgBWvvO0hofpVsujp2C2ujR4ERSxGvi/0kJk1e/MG4OFRs3ms" +
    "XTKxgYyTE9IZZeb8S/BAAAACgAAAASAAAAAAAAABsAAAAAAAAAKLUv/SAw/QAAokEFDPBZAy/93ygwUMuTFNtqW53+AXMJAgDACMbVAii1L/0g" +
    "jU0AABAAAAEACApgASi1L/0gJJUAAGAgdGhpcyBvbmUuICEBAMHLBQ==",
  dictionary:
    "UkNERUxUQTECAAAAAAAAAIwAAAAAAAAAsQAAAAAAAAAI9KT8Eabf6H/a2CQYqVgBWvvO0hofpVsujp2C2ujR4ERSxGvi/0kJk1e/MG4OFRs3ms" +
    "XTKxgYyTE9IZZeb8S/HgAAAAAAAAAotS/9ILGtAABIIHRoaXMgb24hAwDgaQpKgWQzqiA=",
} as const;

describe("deltas that were written long ago", () => {
  it.each(Object.entries(VECTORS))("by %s are still applied", async (_codec, base64) => {
    const folder = await tempFolder();
    const [oldPath, deltaPath, newPath] = [join(folder, "old"), join(folder, "delta"), join(folder, "new")];
    await writeFile(oldPath, OLD);
    await writeFile(deltaPath, Buffer.from(base64, "base64"));
    const expected = { oldBytes: OLD.length, newBytes: NEW.length, oldSha256: hash("sha256", OLD), newSha256: hash("sha256", NEW) };
    await applyDelta({ deltaPath, oldPath, newPath, expected, signal: new AbortController().signal });
    expect(await readFile(newPath, "utf8")).toBe(NEW);
  });
});
