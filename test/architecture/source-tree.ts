import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import ts from "typescript";

/** The root of the checkout under test. */
export const ROOT = resolve(import.meta.dirname, "../..");

const IGNORED = new Set(["node_modules", ".git", "dist", "coverage", "screenshots", "bench-results"]);

/** A text file of the tree: its path from the root with forward slashes, and what it says. */
export type SourceFile = { readonly path: string; readonly text: string };

const read = new Map<string, SourceFile>();

/** Every text file whose path passes `wanted`. Read from disk, not from git, so that it works in an unpacked archive too. */
export function readTree(wanted: (path: string) => boolean): readonly SourceFile[] {
  return readdirSync(ROOT, { recursive: false, withFileTypes: true })
    .flatMap((entry) => (IGNORED.has(entry.name) ? [] : entry.isDirectory() ? below(join(ROOT, entry.name)) : [join(ROOT, entry.name)]))
    .map((path) => relative(ROOT, path).replaceAll(sep, "/"))
    .filter(wanted)
    .map(readOnce);
}

function readOnce(path: string): SourceFile {
  const file = read.get(path) ?? { path, text: readFileSync(join(ROOT, path), "utf8") };
  read.set(path, file);
  return file;
}

function below(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** True for TypeScript that we wrote by hand, tests included. */
export const isCode = (path: string): boolean => /^(main|preload|renderer|shared|test)\/.*\.tsx?$/.test(path) && !path.endsWith(".d.ts");

/** True for TypeScript that ships or builds what ships. */
export const isProduct = (path: string): boolean => isCode(path) && !path.startsWith("test/");

const parsed = new WeakMap<SourceFile, ts.SourceFile>();

/** Parses without types, which is enough for everything these tests ask; each file once. */
export function parse(file: SourceFile): ts.SourceFile {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const kind = file.path.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(file.path, file.text, { languageVersion: ts.ScriptTarget.ES2024 }, true, kind);
  parsed.set(file, tree);
  return tree;
}

/** Every node below `root`, parents first. */
export function* walk(root: ts.Node): Generator<ts.Node> {
  const waiting: ts.Node[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    ts.forEachChild(node, (child) => void waiting.push(child));
  }
}

/** Where a node stands, in the form that editors and terminals open. */
export function place(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
