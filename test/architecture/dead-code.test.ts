import ts from "typescript";
import { describe, expect, it } from "vitest";
import { isProduct, parse, readTree, type SourceFile } from "./source-tree.ts";

const product = readTree((path) => isProduct(path) || /^(renderer\/index\.html|package\.json)$/.test(path));

/** Which files speak of a word. Coarse, and right for names that are as long and as rare as ours. */
const speakers = new Map<string, Set<string>>();
for (const { path, text } of product) {
  for (const word of text.match(/[A-Za-z_$][\w$]*/g) ?? []) {
    const files = speakers.get(word) ?? new Set();
    speakers.set(word, files.add(path));
  }
}

/** What waits for its caller, and why it is right that it does. */
const EXPECTED = new Map([
  [
    "main/control-plane/link/link-settings.ts: startNewEpoch",
    "the door that a restore or an import will come through; agents know epochs from the start",
  ],
  ["renderer/styles/status-tokens.ts: STATUS_BACKGROUND", "what the tests compute contrasts against"],
]);

describe("dead code", () => {
  it("is not kept alive by its export, nor by its tests alone", () => {
    expect(
      product
        .filter(({ path }) => isProduct(path))
        .flatMap(unusedValues)
        .filter((one) => !EXPECTED.has(one)),
    ).toEqual([]);
  });
});

/** Exported functions, classes and constants that no other file of the product names and that their own file does not use. */
function unusedValues(file: SourceFile): readonly string[] {
  return parse(file).statements.flatMap((statement) =>
    exportedValues(statement)
      .filter((name) => (speakers.get(name)?.size ?? 0) <= 1 && (file.text.match(new RegExp(`\\b${name}\\b`, "g"))?.length ?? 0) < 2)
      .map((name) => `${file.path}: ${name}`),
  );
}

function exportedValues(statement: ts.Statement): readonly string[] {
  const isExported =
    ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword) === true;
  if (!isExported) return [];
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map((one) => one.name.getText());
  const isValue = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return isValue && statement.name !== undefined ? [statement.name.text] : [];
}
