import { isBuiltin } from "node:module";

const IMPORTS = /^\s*(?:import|export)\b[^"'\n]*?\bfrom\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\b(?:import|require)\(\s*"([^"]+)"\s*\)/gm;

/** Which packages a bundle still asks for when it runs, without Node's own. Comments are looked at, too: better one name too many. */
export function importedPackages(code: string): readonly string[] {
  const names = [...code.matchAll(IMPORTS)].map((found) => found[1] ?? found[2] ?? found[3] ?? "");
  return [...new Set(names.filter((name) => !isBuiltin(name) && !name.startsWith(".")))].sort();
}
