import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "#main/build/checks.ts";
import { AppError } from "#shared/errors/app-error.ts";

/**
 * Builds the console when its sources changed. Without the build's packages (an install without development
 * dependencies) the console that was built before is used.
 *
 * @throws AppError ENV_UNSUPPORTED when there is none and none can be built.
 */
export async function prepareConsole(log: (line: string) => void): Promise<void> {
  try {
    const { ensureRenderer } = await import("#main/build/renderer-build.ts");
    await ensureRenderer({ log });
  } catch (cause) {
    if (existsSync(join(ROOT, "dist/renderer/index.html"))) return;
    throw new AppError("ENV_UNSUPPORTED", "The console is not built and could not be built here; nothing was started.", { cause });
  }
}

/** Builds what Electron runs: the main process, the control plane's process and the preload. Takes about a second. */
export async function prepareDesktop(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, "main/build/build.ts"), "desktop", "control-plane", "preload"], { cwd: ROOT });
}
