import ts from "typescript";
import { describe, expect, it } from "vitest";
import { isCode, isProduct, parse, place, readTree, walk } from "./source-tree.ts";

const MAX_FILE_LINES = 400;
const MAX_MEDIAN_LINES = 80;
const MAX_FUNCTION_LINES = 60;

const code = readTree(isCode);
const lines = (text: string): number => text.trimEnd().split("\n").length;

describe("sizes", () => {
  it(`keeps every file at or below ${MAX_FILE_LINES} lines`, () => {
    const long = code.filter(({ text }) => lines(text) > MAX_FILE_LINES).map(({ path, text }) => `${path}: ${lines(text)} lines`);
    expect(long).toEqual([]);
  });

  it(`keeps the median file of the product at or below ${MAX_MEDIAN_LINES} lines`, () => {
    const sizes = code
      .filter(({ path }) => isProduct(path))
      .map(({ text }) => lines(text))
      .sort((left, right) => left - right);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(MAX_MEDIAN_LINES);
  });

  it(`keeps every function at or below ${MAX_FUNCTION_LINES} lines`, () => {
    expect(code.flatMap((file) => longFunctions(parse(file)))).toEqual([]);
  });
});

function longFunctions(file: ts.SourceFile): readonly string[] {
  return [...walk(file)].flatMap((node) => {
    if (!ts.isFunctionLike(node)) return [];
    const first = file.getLineAndCharacterOfPosition(node.getStart()).line;
    const size = file.getLineAndCharacterOfPosition(node.getEnd()).line - first + 1;
    return size > MAX_FUNCTION_LINES && !isSuite(node) ? [`${place(node)}: ${size} lines`] : [];
  });
}

/** What holds tests, as a file does: the callback of `describe(…)` and a suite that several test files run. Its tests are counted one by one. */
function isSuite(node: ts.Node): boolean {
  const isCallOf = (name: RegExp, one: ts.Node): boolean => ts.isCallExpression(one) && name.test(one.expression.getText());
  if (isCallOf(/^describe\b/, node.parent)) return true;
  return node.getSourceFile().fileName.startsWith("test/") && [...walk(node)].some((one) => isCallOf(/^(describe|it)\b/, one));
}
