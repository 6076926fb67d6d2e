import { join } from "node:path";
import { build, version } from "vite";
import { withBuildLock } from "./build-lock.ts";
import { ROOT } from "./checks.ts";
import { hashInputs, readStamp, writeStamp } from "./input-stamp.ts";

/** Where the console's files are after a build; the server and the desktop serve this folder. */
export const RENDERER_OUTPUT = join(ROOT, "dist/renderer");

/** Outside the folder that a build empties. */
const LOCK = join(ROOT, "dist/.renderer-lock");
const STAMP = join(RENDERER_OUTPUT, ".inputs");
const INPUTS = ["renderer", "shared", "package.json", "package-lock.json"];

/**
 * Builds the console unless its inputs are what they were at the last build. `npm start` calls it every time, which
 * costs a tenth of a second when nothing has changed.
 */
export function ensureRenderer(options: { readonly log: (line: string) => void }): Promise<"built" | "unchanged"> {
  return withBuildLock(LOCK, async () => {
    const inputs = `${version} ${await hashInputs(INPUTS)}`;
    if ((await readStamp(STAMP)) === inputs) return "unchanged";
    options.log("Building the console; the next start skips this.");
    await build({ configFile: join(ROOT, "renderer/vite.config.ts"), root: join(ROOT, "renderer"), logLevel: "warn" });
    await writeStamp(STAMP, inputs);
    return "built";
  });
}
