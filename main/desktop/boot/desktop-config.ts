import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { applicationDataFolder } from "#main/node/application-data-folder.ts";
import { AppError } from "#shared/errors/app-error.ts";

/** Where everything of one desktop run lies, and what the control plane is started with. Made once, at boot. */
export type DesktopConfig = {
  readonly dataFolder: string;
  /** Chromium's own files (cache, local storage), apart from ours. Also what makes one instance per data folder. */
  readonly userDataFolder: string;
  readonly stateFile: string;
  /** The person's operator keys, sealed by the keyring; apart from the secrets of the control plane. */
  readonly operatorKeysFile: string;
  readonly logFile: string;
  readonly rendererFolder: string;
  readonly preloadFile: string;
  readonly coreFile: string;
  /** The bundle of delta-program.ts. */
  readonly deltaFile: string;
  /** Arguments of the control plane's process. */
  readonly coreArgs: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/**
 * Reads what the desktop was started with. Chromium's own switches and deep links stand among the arguments, too, and
 * are none of our business here.
 *
 * @param appPath the folder, or the asar archive, that holds `dist/`.
 * @throws AppError INPUT_INVALID when a port is no port.
 */
export function readDesktopConfig(appPath: string, argv: readonly string[]): DesktopConfig {
  const { values } = parseArgs({ args: [...argv], options: { data: { type: "string" }, port: { type: "string" } }, strict: false });
  const facts = { platform: process.platform, home: homedir(), environment: process.env };
  const dataFolder = typeof values["data"] === "string" ? resolve(values["data"]) : applicationDataFolder(facts, "Rollcall");
  const port = readPort(values["port"]);
  return {
    dataFolder,
    userDataFolder: join(dataFolder, "desktop"),
    stateFile: join(dataFolder, "desktop", "window.json"),
    operatorKeysFile: join(dataFolder, "desktop", "operator-keys.json"),
    logFile: join(dataFolder, "logs", "desktop.log"),
    rendererFolder: join(appPath, "dist", "renderer"),
    preloadFile: join(appPath, "dist", "preload", "index.cjs"),
    coreFile: join(appPath, "dist", "desktop", "control-plane-process.js"),
    deltaFile: join(appPath, "dist", "desktop", "delta-process.js"),
    coreArgs: ["--data", dataFolder, ...(port === undefined ? [] : ["--port", String(port)])],
    environment: process.env,
  };
}

function readPort(value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = typeof value === "string" && /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  throw new AppError("INPUT_INVALID", `--port takes a number from 0 to 65535, not "${String(value)}"; nothing was started.`);
}
