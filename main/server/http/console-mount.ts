import { AppError } from "#shared/errors/app-error.ts";
import { consoleBuiltAt, isConsoleFile, readConsoleFiles, type ConsoleFiles } from "./console-files.ts";
import type { Exchange } from "./exchange.ts";
import { sendPage } from "./send-page.ts";
import { sendContent } from "./send-content.ts";

/** Stands in the built page wherever the nonce of an answer belongs. */
const NONCE_PLACEHOLDER = "__CSP_NONCE__";

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Rollcall</title>
<p>The control plane runs, but its console was not built. Run <code>npm run build</code>, then start it again.</p>`;

/**
 * Serves the console: files of its build with their caching, and the page for every other path, since each view is an
 * address of its own. A path that looks like a file and is none is not found, so that a stale page does not take the
 * new one for a script.
 *
 * @param folder of the build.
 */
export function consoleMount(folder: string): (exchange: Exchange) => Promise<void> {
  let reading: Promise<ConsoleFiles | undefined> | undefined;
  const current = async (): Promise<ConsoleFiles | undefined> => {
    const known = await reading;
    // A build that came after the start is taken up with the next page.
    if (known === undefined || known.builtAtMs !== (await consoleBuiltAt(folder))) reading = readConsoleFiles(folder);
    return reading;
  };
  return async ({ request, response, path }) => {
    if (request.method !== "GET" && request.method !== "HEAD") throw new AppError("NOT_FOUND", "There is nothing at this address.");
    const file = (await reading)?.files.get(path);
    if (file !== undefined) return sendContent(request, response, file);
    const built = await current();
    if (built === undefined) return sendPage(request, response, () => NOT_BUILT, 503);
    const late = built.files.get(path);
    if (late !== undefined) return sendContent(request, response, late);
    const isView = path.startsWith("/assets/") ? false : !isConsoleFile(path) || request.headers.accept?.includes("text/html") === true;
    if (!isView) throw new AppError("NOT_FOUND", "There is no such file.");
    sendPage(request, response, (nonce) => built.page.replaceAll(NONCE_PLACEHOLDER, nonce));
  };
}
