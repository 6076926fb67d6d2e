import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256OfFile } from "#main/node/sha256-of-file.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

describe("the digest of a file", () => {
  it.each([0, 1, 2_500_000])("is what other tools say of %i bytes", async (size) => {
    const bytes = randomBytes(size);
    const path = join(await tempFolder(), "file");
    await writeFile(path, bytes);
    expect(await sha256OfFile(path)).toBe(createHash("sha256").update(bytes).digest("hex"));
  });
});
