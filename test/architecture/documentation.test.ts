import ts from "typescript";
import { describe, expect, it } from "vitest";
import { isProduct, parse, place, readTree } from "./source-tree.ts";

const product = readTree(isProduct).map(parse);

describe("documentation in the code", () => {
  it("says of every export why it is there or when to use it", () => {
    expect(product.flatMap(undocumentedExports)).toEqual([]);
  });

  it("finds an export without words, and lets one comment speak for the lines right below it", () => {
    const text = `/** Digests. */\nexport const a = 1;\nexport const b = 2;\n\nexport function c() {}\n/** D. */\nexport const d = 1;\nexport type D = typeof d;\n`;
    const found = undocumentedExports(parse({ path: "example.ts", text }));
    expect(found).toEqual(["example.ts:5: c"]);
  });
});

/** Exports that have no doc comment, do not stand right below one that has, and are not the type of a documented schema. */
function undocumentedExports(file: ts.SourceFile): readonly string[] {
  const documented = new Set<string>();
  const missing: string[] = [];
  let covered = false;
  let previousEnd = -1;
  for (const statement of file.statements) {
    const names = exportedNames(statement);
    const start = file.getLineAndCharacterOfPosition(statement.getStart()).line;
    const adjoins = start === previousEnd + 1;
    covered = ts.getJSDocCommentsAndTags(statement).some(ts.isJSDoc) || (covered && adjoins);
    previousEnd = file.getLineAndCharacterOfPosition(statement.getEnd()).line;
    for (const name of names) {
      // `export type Fleet = z.infer<typeof fleet>` and overloads repeat what was said above them.
      if (covered || documented.has(name.toLowerCase())) documented.add(name.toLowerCase());
      else missing.push(`${place(statement)}: ${name}`);
    }
  }
  return missing;
}

function exportedNames(statement: ts.Statement): readonly string[] {
  if (!ts.canHaveModifiers(statement) || ts.getModifiers(statement)?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword) !== true)
    return [];
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map((one) => one.name.getText());
  if (!ts.isDeclarationStatement(statement)) return [];
  return statement.name === undefined ? [] : [statement.name.getText()];
}
