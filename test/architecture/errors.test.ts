import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorsDocument } from "#main/build/errors-document.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { isProduct, readTree, ROOT } from "./source-tree.ts";

const product = readTree((path) => (isProduct(path) && path !== "shared/errors/codes.ts") || path === "main/node/guard.cjs")
  .map(({ text }) => text)
  .join("\n");

describe("error codes", () => {
  it("are documented as they are: run `npm run docs` when this fails", () => {
    expect(readFileSync(join(ROOT, "docs/errors.md"), "utf8")).toBe(errorsDocument());
  });

  it.each(Object.keys(ERROR_CODES))("%s is thrown or answered somewhere", (code) => {
    expect(product).toMatch(new RegExp(`\\b${code}\\b`));
  });
});
