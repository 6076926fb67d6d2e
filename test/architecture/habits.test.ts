import ts from "typescript";
import { describe, expect, it } from "vitest";
import { isCode, isProduct, parse, place, readTree, walk } from "./source-tree.ts";

const code = readTree(isCode);

describe("habits that the linter cannot see", () => {
  it("gives the reason for every cast of the product", () => {
    expect(code.filter(({ path }) => isProduct(path)).flatMap((file) => silentCasts(parse(file)))).toEqual([]);
  });

  it("gives the reason for every rule that is switched off", () => {
    const silent = code.flatMap(({ path, text }) =>
      text
        .split("\n")
        .flatMap((line, index) => (/(oxlint|eslint)-disable/.test(line) && !/ -- \S+/.test(line) ? [`${path}:${index + 1}`] : [])),
    );
    expect(silent).toEqual([]);
  });

  it("asks the clock port for the time, also through new Date()", () => {
    const timed = code
      .filter(({ path }) => /^(shared\/domain|main\/control-plane)\//.test(path))
      .flatMap((file) => [...walk(parse(file))].filter(readsTheClock).map(place));
    expect(timed).toEqual([]);
  });

  it("leaves nothing for later in a comment", () => {
    const later = new RegExp(`\\b(${["TO", "DO"].join("")}|${["FIX", "ME"].join("")}|${["XX", "X"].join("")}|${["HA", "CK"].join("")})\\b`);
    const found = code.flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) => (later.test(line) ? [`${path}:${index + 1}`] : [])),
    );
    expect(found).toEqual([]);
  });
});

/** Casts, other than `as const` and `satisfies`, with no comment on their line, above it, or above their statement. */
function silentCasts(file: ts.SourceFile): readonly string[] {
  const lines = file.text.split("\n");
  const isComment = (line: string | undefined): boolean => line !== undefined && /\/\/|^\s*\*|\/\*|\*\//.test(line);
  return [...walk(file)].flatMap((node) => {
    if (!ts.isAsExpression(node) || node.type.getText() === "const") return [];
    const line = (position: number): number => file.getLineAndCharacterOfPosition(position).line;
    const statement = ts.findAncestor(node, ts.isStatement) ?? node;
    const spoken = [line(node.type.getStart()), line(node.getStart()), line(statement.getStart())].some(
      (at) => isComment(lines[at]) || isComment(lines[at - 1]),
    );
    return spoken ? [] : [place(node)];
  });
}

function readsTheClock(node: ts.Node): boolean {
  return ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0;
}
