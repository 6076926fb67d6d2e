import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { LaunchFacts } from "./choose-shell.ts";

const manifest = z.object({ version: z.string().max(40) });

/**
 * Looks for the Electron program of this checkout. The package itself holds none: it fetches the program later, and
 * notes beside it which version it is. A program of another version counts as absent.
 *
 * @param packageFolder `node_modules/electron`.
 * @param overrideFolder a folder with an unpacked Electron, which the package honours as well (`ELECTRON_OVERRIDE_DIST_PATH`).
 */
export function findElectron(packageFolder: string, overrideFolder: string | undefined): LaunchFacts["electron"] {
  try {
    const { version } = manifest.parse(JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")));
    const name = readOr(join(packageFolder, "path.txt"), "");
    const program =
      overrideFolder === undefined ? join(packageFolder, "dist", name) : join(overrideFolder, name === "" ? "electron" : name);
    const isOurs = overrideFolder !== undefined || readOr(join(packageFolder, "dist", "version"), "").replace(/^v/, "") === version;
    return isOurs && (name !== "" || overrideFolder !== undefined) && existsSync(program)
      ? { kind: "present", program }
      : { kind: "absent" };
  } catch {
    return { kind: "unknown" };
  }
}

function readOr(file: string, otherwise: string): string {
  return existsSync(file) ? readFileSync(file, "utf8").trim() : otherwise;
}
