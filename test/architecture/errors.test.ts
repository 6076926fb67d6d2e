import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorsDocument } from "#main/build/errors-document.ts";
import { ROOT } from "./source-tree.ts";

describe("error codes", () => {
  it("are documented as they are: run `npm run docs` when this fails", () => {
    expect(readFileSync(join(ROOT, "docs/errors.md"), "utf8")).toBe(errorsDocument());
  });
});
